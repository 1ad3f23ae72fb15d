using System.Text;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Lab.Tests.Nodes;

/// <summary>Arguments reach a program on a node as they were given, through sshd, the login shell, sudo and the lifeline.</summary>
[Collection(EngineLabTestGroup.Name)]
public sealed class QuotingTests(EngineLabFixture fixture)
{
    private const string Host = "zbx-siteA";

    // The program is looked at, not a shell's own printf, so that no second shell has a say. sshd hands the whole line to the login
    // shell as one argument, of which the kernel allows 128 KiB (MAX_ARG_STRLEN): 250 strings of about 60 bytes, quoted, stay below a quarter of it.
    private const string Echo = "/usr/bin/printf";
    private const int BatchSize = 250;

    private static readonly string[] Known =
    [
        "", " ", "\n", "\n\n", "\t", "\r\n", "'", "''", "\"", "\\", "\\\\", "\\n", "$(reboot)", "`reboot`", "${HOME}", "$HOME", "$$", "!", "!!", "-", "--", "-n", "--help", "-e",
        "~", "~root", "~/x", "*", "?", "[a-z]*", "{a,b}", "#", "# x", ";", "&", "&&", "|", "<", ">", ">>/tmp/x", "%s", "%d", "%n", "%%", "a=b", "PATH=/x", "a\nb", "a b", "trailing ",
        "trailing\n", " leading", "ü", "日本語", "\U0001F600", "e\u0301", "\u200b", "\u202e", "\ufeff", "\u007f", "\u0001", "\u001b[31m", "\u0085", "\u2028",
    ];

    [Fact]
    public Task Ten_thousand_strings_come_back_identical() => ComeBackAsync(10_000, asRoot: false);

    [Fact]
    public Task A_thousand_strings_come_back_identical_through_sudo() => ComeBackAsync(1_000, asRoot: true);

    [Fact]
    public async Task A_hundred_strings_come_back_identical_through_the_lifeline_of_a_changing_command()
    {
        var seed = Random.Shared.Next();
        var sent = Known.Concat(Strings(new Random(seed)).Take(100)).ToArray();

        var result = await fixture.Changing(Host).RunAsync(new ChangingCommand(Echo, ["%s\\0", .. sent]) { User = "root" }, CancellationToken.None);

        AssertSame(sent, result.Output, seed);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public Task A_hundred_thousand_strings_come_back_identical() => ComeBackAsync(100_000, asRoot: false);

    private async Task ComeBackAsync(int count, bool asRoot)
    {
        var seed = Random.Shared.Next();
        foreach (var sent in Known.Concat(Strings(new Random(seed))).Take(count).Chunk(BatchSize))
        {
            var command = new ObservingCommand(Echo, ["%s\\0", .. sent]) { User = asRoot ? "root" : null };
            var result = await fixture.Nodes.Get(Host).RunAsync(command, CancellationToken.None);

            AssertSame(sent, result.Output, seed);
        }
    }

    private static void AssertSame(string[] sent, string output, int seed)
    {
        var came = output.Split('\0')[..^1];
        var first = Enumerable.Range(0, Math.Max(sent.Length, came.Length)).FirstOrDefault(index => sent.ElementAtOrDefault(index) != came.ElementAtOrDefault(index), -1);
        Assert.True(first < 0, $"seed {seed}: {Show(sent.ElementAtOrDefault(first))} came back as {Show(came.ElementAtOrDefault(first))}");
    }

    private static string Show(string? text) => text is null ? "nothing" : $"[{string.Join(' ', text.EnumerateRunes().Select(rune => $"{rune.Value:x}"))}]";

    private static IEnumerable<string> Strings(Random random)
    {
        while (true)
        {
            yield return Any(random);
        }
    }

    private static string Any(Random random)
    {
        const string Nasty = "'\"\\$`!*?[]{}()<>|&;#~ \t\n\r-=%^@:,.+/";
        var text = new StringBuilder(random.Next(8) == 0 ? "-" : "");
        for (var length = random.Next(0, 40); text.Length < length;)
        {
            _ = random.Next(5) switch
            {
                0 => text.Append((char)random.Next('a', 'z' + 1)),
                1 => text.Append(Nasty[random.Next(Nasty.Length)]),
                2 => text.Append((char)random.Next(1, 0xD800)),
                3 => text.Append(char.ConvertFromUtf32(random.Next(0x10000, 0x110000))),
                _ => text.Append((char)random.Next(1, 128)),
            };
        }

        return text.ToString();
    }
}
