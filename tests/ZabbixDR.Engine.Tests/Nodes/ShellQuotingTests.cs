using System.Diagnostics;
using System.Text;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class ShellQuotingTests
{
    [Fact]
    public void Ten_thousand_random_arguments_come_out_of_a_real_shell_as_they_went_in()
    {
        var random = new Random(20260314);
        var arguments = Enumerable.Range(0, 10_000).Select(_ => Any(random)).ToList();
        var script = string.Concat(arguments.Chunk(100).Select(some => $"printf '%s\\0' {ShellQuoting.Quote(some)}\n"));

        Assert.Equal(arguments, Encoding.UTF8.GetString(RunShell(script)).Split('\0')[..^1]);
    }

    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("/var/lib/a-b_c.d", "/var/lib/a-b_c.d")]
    [InlineData("", "''")]
    [InlineData("two words", "'two words'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("~", "'~'")]
    [InlineData("$(reboot)", "'$(reboot)'")]
    public void Only_what_needs_quotes_gets_them(string argument, string quoted) => Assert.Equal(quoted, ShellQuoting.Quote([argument]));

    [Fact]
    public void A_NUL_is_refused() => Assert.Throws<ArgumentException>(() => ShellQuoting.Quote(["a\0b"]));

    private static string Any(Random random)
    {
        const string Nasty = "'\"\\$`!*?[]{}()<>|&;#~ \t\n\r-=%^@:,.+/";
        var text = new StringBuilder();
        for (var length = random.Next(0, 40); text.Length < length;)
        {
            text.Append(random.Next(4) switch
            {
                0 => (char)random.Next('a', 'z' + 1),
                1 => Nasty[random.Next(Nasty.Length)],
                2 => (char)random.Next(1, 0xD800),
                _ => (char)random.Next(1, 128),
            });
        }

        return text.ToString();
    }

    private static byte[] RunShell(string script)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", "-s")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            Environment = { ["LC_ALL"] = "C" },
        })!;
        var output = new MemoryStream();
        var reading = shell.StandardOutput.BaseStream.CopyToAsync(output);
        shell.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(script));
        shell.StandardInput.Close();
        Assert.True(reading.Wait(TimeSpan.FromSeconds(30)));
        return output.ToArray();
    }
}
