using System.Text;

namespace ZabbixDR.Engine.Nodes;

/// <summary>One command that a login user may run as another: a line of sudoers(5).</summary>
/// <param name="RunAs">The user that it runs as.</param>
/// <param name="Program">The program's absolute path.</param>
/// <param name="Arguments">Its arguments, each as sudoers has it.</param>
internal sealed record SudoRule(string RunAs, string Program, IReadOnlyList<string> Arguments)
{
    // sudoers(5), "Command_Spec" and "Wildcards in command arguments": what ends a word there, and what fnmatch(3) reads as a pattern.
    private const string Special = ",:= \t#*?[]!\"";

    // The reader of sudoers takes one of two away, and fnmatch(3) again one of two.
    private const string Backslash = @"\\\\";

    /// <summary>The rule for a command.</summary>
    /// <param name="command">The command, which must name its user.</param>
    /// <param name="program">Its program's absolute path.</param>
    /// <param name="patterns">Arguments that vary, and the pattern for each. A pattern is of fixed length: a <c>*</c> would let in arguments of any number.</param>
    public static SudoRule Of(ObservingCommand command, string program, IReadOnlyDictionary<string, string> patterns) => new(
        command.User ?? throw new ArgumentException("A command of the login user's own needs no rule.", nameof(command)),
        program,
        [.. command.Arguments.Select(argument => patterns.TryGetValue(argument, out var pattern) ? pattern : Escape(argument))]);

    /// <summary>The line for a login user.</summary>
    public string For(string loginUser) => $"{loginUser} ALL=({RunAs}) NOPASSWD: {string.Join(' ', [Program, .. Arguments])}";

    /// <summary>Text as sudoers takes it literally.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var letter in text)
        {
            escaped.Append(letter == '\\' ? Backslash : Special.Contains(letter, StringComparison.Ordinal) ? $"\\{letter}" : $"{letter}");
        }

        return escaped.ToString();
    }
}
