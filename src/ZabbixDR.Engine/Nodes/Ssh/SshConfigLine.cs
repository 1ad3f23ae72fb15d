using System.Text;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>A line of ssh_config(5) that says something: <c>Keyword arguments</c> or <c>Keyword=arguments</c>.</summary>
/// <param name="Place">The file and line.</param>
/// <param name="Keyword">The keyword, in lower case.</param>
/// <param name="Text">All that follows it.</param>
internal sealed partial record SshConfigLine(string Place, string Keyword, string Text)
{
    /// <summary>Reads a line; null where it is empty or a comment.</summary>
    public static SshConfigLine? Parse(string place, string line)
    {
        var parts = Parts().Match(line);
        return parts.Success ? new SshConfigLine(place, parts.Groups[1].Value.ToLowerInvariant(), parts.Groups[2].Value) : null;
    }

    /// <summary>The words, by the rules of OpenSSH's argv_split (misc.c): both quotes, a backslash before what it protects, # begins a comment.</summary>
    /// <exception cref="DrException"><c>SshConfigInvalid</c>: a quote is not closed, or there is no word.</exception>
    public IReadOnlyList<string> Arguments()
    {
        var words = new List<string>();
        for (var at = 0; (at = NextWord(at)) < Text.Length;)
        {
            words.Add(ReadWord(ref at));
        }

        return words.Count > 0 && words.TrueForAll(word => word.Length > 0) ? words : throw SshConfigErrors.SshConfigInvalid(this, "a value");
    }

    /// <summary>The one word.</summary>
    /// <exception cref="DrException"><c>SshConfigInvalid</c>.</exception>
    public string Argument() => Arguments() is [var only] ? only : throw SshConfigErrors.SshConfigInvalid(this, "one value");

    [GeneratedRegex("""^[ \t]*([^ \t="#][^ \t="]*)[ \t]*=?[ \t]*(.*?)[ \t\r\f]*$""")]
    private static partial Regex Parts();

    private int NextWord(int at)
    {
        while (at < Text.Length && Text[at] is ' ' or '\t')
        {
            at++;
        }

        return at < Text.Length && Text[at] == '#' ? Text.Length : at;
    }

    private string ReadWord(ref int at)
    {
        var word = new StringBuilder();
        var quote = '\0';
        for (; at < Text.Length && (quote != '\0' || Text[at] is not (' ' or '\t')); at++)
        {
            var letter = Text[at];
            if (letter == '\\' && at + 1 < Text.Length && (Text[at + 1] is '\'' or '"' or '\\' || (quote == '\0' && Text[at + 1] == ' ')))
            {
                word.Append(Text[++at]);
            }
            else if (quote == '\0' && letter is '\'' or '"')
            {
                quote = letter;
            }
            else if (quote != '\0' && letter == quote)
            {
                quote = '\0';
            }
            else
            {
                word.Append(letter);
            }
        }

        return quote == '\0' ? word.ToString() : throw SshConfigErrors.SshConfigInvalid(this, "a value whose quotes are closed");
    }
}
