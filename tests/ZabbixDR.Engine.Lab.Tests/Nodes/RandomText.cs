using System.Text;

namespace ZabbixDR.Engine.Lab.Tests.Nodes;

/// <summary>Strings that shells, terminals and systemd take for something else: known ones, then random ones.</summary>
internal static class RandomText
{
    private const string Nasty = "'\"\\$`!*?[]{}()<>|&;#~ \t\n\r-=%^@:,.+/";

    private static readonly string[] Known =
    [
        "", " ", "\n", "\n\n", "\t", "\r\n", "'", "''", "\"", "\\", "\\\\", "\\n", "$(reboot)", "`reboot`", "${HOME}", "$HOME", "$$", "$$$", "!", "!!", "-", "--", "-n", "--help", "-e",
        "~", "~root", "~/x", "*", "?", "[a-z]*", "{a,b}", "#", "# x", ";", "&", "&&", "|", "<", ">", ">>/tmp/x", "%s", "%d", "%n", "%%", "%H", "a=b", "PATH=/x", "a\nb", "a b", "trailing ",
        "trailing\n", " leading", "ü", "日本語", "\U0001F600", "e\u0301", "\u200b", "\u202e", "\ufeff", "\u007f", "\u0001", "\u001b[31m", "\u0085", "\u2028",
    ];

    /// <summary>The known ones, then random ones without end; the same for the same seed.</summary>
    public static IEnumerable<string> From(int seed)
    {
        foreach (var text in Known)
        {
            yield return text;
        }

        for (var random = new Random(seed); ;)
        {
            yield return Any(random);
        }
    }

    public static void AssertSame(string[] sent, string output, int seed)
    {
        var came = output.Split('\0')[..^1];
        var first = Enumerable.Range(0, Math.Max(sent.Length, came.Length)).FirstOrDefault(index => sent.ElementAtOrDefault(index) != came.ElementAtOrDefault(index), -1);
        Assert.True(first < 0, $"seed {seed}: {Show(sent.ElementAtOrDefault(first))} came back as {Show(came.ElementAtOrDefault(first))}");
    }

    private static string Show(string? text) => text is null ? "nothing" : $"[{string.Join(' ', text.EnumerateRunes().Select(rune => $"{rune.Value:x}"))}]";

    private static string Any(Random random)
    {
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
