using System.Text;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>The files are root's own: run by another user, the tests of writing pass by.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zdr-").FullName;
    private readonly FileAttributesOnNode _tight = new("root", "root", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

    private static bool IsRoot => Environment.UserName == "root";

    [Fact]
    public async Task A_file_is_written_whole_with_its_mode_and_leaves_nothing_beside_it()
    {
        var path = Path.Combine(_folder, "a file's name");
        var content = new byte[2_000_000];
        new Random(1).NextBytes(content);

        await WriteAsync(path, content);

        if (IsRoot)
        {
            Assert.Equal(content, await File.ReadAllBytesAsync(path));
            Assert.Equal(_tight.Mode, File.GetUnixFileMode(path));
            Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
        }
    }

    [Theory]
    [InlineData(1_000_000, false)]
    [InlineData(2_000_000, true)]
    public async Task What_is_large_keeps_no_command_waiting_within_the_fence_either(int length, bool isApart)
    {
        var transport = new BreakingTransport(breaks: int.MaxValue);
        var node = new FencedNode(LocalNode.Over(transport), 1);

        await Assert.ThrowsAsync<DrException>(() => node.WriteFileAsync(Path.Combine(_folder, "file"), new MemoryStream(new byte[length]), length, _tight, TimeSpan.FromSeconds(10), CancellationToken.None));

        Assert.All(transport.Uses, found => Assert.Equal(isApart ? ChannelUse.Bulk : ChannelUse.Command, found));
        Assert.Equal(IsRoot, transport.Started > 0);
    }

    [Fact]
    public async Task A_reader_of_the_old_file_keeps_the_old_file()
    {
        var path = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(path, "old");
        using var reader = new StreamReader(path);

        await WriteAsync(path, Encoding.UTF8.GetBytes("new"));

        Assert.Equal("old", await reader.ReadToEndAsync());
        Assert.Equal(IsRoot ? "new" : "old", await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task An_owner_that_does_not_exist_fails_and_the_old_file_stays()
    {
        var path = Path.Combine(_folder, "file");
        await File.WriteAllTextAsync(path, "old");

        var error = await Assert.ThrowsAsync<DrException>(() => WriteAsync(path, "new"u8.ToArray(), _tight with { Owner = "no-such-user" }, evenIfNotRoot: true));

        Assert.Equal(IsRoot ? "CommandFailed" : "BecomeImpossible", error.Id);
        Assert.Equal("old", await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_folder_that_does_not_exist_is_told_by_the_programs_own_message()
    {
        var error = await Assert.ThrowsAsync<DrException>(() => WriteAsync(Path.Combine(_folder, "none", "file"), new byte[1_000_000], evenIfNotRoot: true));

        Assert.Equal(IsRoot ? "CommandFailed" : "BecomeImpossible", error.Id);
        Assert.True(!IsRoot || error.Message.Contains("No such file or directory", StringComparison.Ordinal), error.Message);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task WriteAsync(string path, byte[] content, FileAttributesOnNode? attributes = null, bool evenIfNotRoot = false)
    {
        if (IsRoot || evenIfNotRoot)
        {
            await using var node = LocalNode.Here();
            await node.WriteFileAsync(path, new MemoryStream(content), content.Length, attributes ?? _tight, TimeSpan.FromSeconds(30), CancellationToken.None);
        }
    }
}
