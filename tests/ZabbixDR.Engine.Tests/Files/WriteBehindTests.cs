using System.IO.Pipes;
using Microsoft.Win32.SafeHandles;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Tests.Files;

public sealed class WriteBehindTests
{
    [Fact]
    public void What_was_pushed_is_still_there_to_read()
    {
        var path = Path.GetTempFileName();
        try
        {
            var content = new byte[100_000];
            Random.Shared.NextBytes(content);
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write))
            {
                RandomAccess.Write(file, content, 0);
                WriteBehind.Push(file, 0, content.Length);
            }

            Assert.Equal(content, File.ReadAllBytes(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_write_that_the_system_refuses_is_not_passed_over()
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var handle = new SafeFileHandle(pipe.SafePipeHandle.DangerousGetHandle(), ownsHandle: false);

        Assert.Throws<IOException>(() => WriteBehind.Push(handle, 0, 1));
    }
}
