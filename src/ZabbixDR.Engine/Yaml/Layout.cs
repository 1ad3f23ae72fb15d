namespace ZabbixDR.Engine.Yaml;

/// <summary>Where the lines of a text begin and end.</summary>
internal static class Layout
{
    /// <summary>How much deeper a mapping lies than its key.</summary>
    public const int Step = 2;

    /// <summary>The line end that the text has, by its first.</summary>
    public static string NewLine(string text)
    {
        var at = text.IndexOf('\n', StringComparison.Ordinal);
        return at > 0 && text[at - 1] == '\r' ? "\r\n" : "\n";
    }

    public static int LineStart(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    /// <summary>Where the line ends: at its line end, or at the text's.</summary>
    public static int LineEnd(string text, int at)
    {
        var found = text.AsSpan(at).IndexOfAny('\r', '\n');
        return found < 0 ? text.Length : at + found;
    }

    /// <summary>Where the next line begins.</summary>
    public static int NextLine(string text, int at)
    {
        var end = LineEnd(text, at);
        return end == text.Length ? end : end + (text.AsSpan(end).StartsWith("\r\n") ? 2 : 1);
    }

    /// <summary>How many characters stand before a place on its line.</summary>
    public static int Column(string text, int at) => at - LineStart(text, at);

    /// <summary>The end of what stands between two places, without the blank and line ends behind it.</summary>
    public static int TrimmedEnd(string text, int start, int end) => start + text.AsSpan(start, end - start).TrimEnd(" \t\r\n").Length;

    /// <summary>True where only blank stands before a place on its line.</summary>
    public static bool IsFirstOnLine(string text, int at) => text.AsSpan(LineStart(text, at)..at).Trim(' ').IsEmpty;

    /// <summary>The whole lines from one place to another, if nothing else stands on the first before it.</summary>
    public static YamlSplice Lines(string text, int start, int end) => new(LineStart(text, start), NextLine(text, TrimmedEnd(text, start, end)), "");

    /// <summary>True where there is a comment between two places, or could be.</summary>
    public static bool HasComment(string text, int start, int end) => text.AsSpan(start, end - start).Contains('#');
}
