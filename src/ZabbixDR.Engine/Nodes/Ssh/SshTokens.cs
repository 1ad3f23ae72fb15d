using System.Text;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What ssh_config(5) expands in values: <c>~</c>, tokens (<c>%h</c>) and, in paths, variables (<c>${NAME}</c>).</summary>
internal static class SshTokens
{
    public static string Home { get; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Expands tokens; <c>%%</c> is a percent sign.</summary>
    /// <exception cref="DrException"><c>SshConfigTokenUnknown</c>.</exception>
    public static string Expand(SshConfigValue value, IReadOnlyDictionary<char, string> tokens) => Expand(value, value.Text, tokens, variables: false);

    /// <summary>Expands all of a path, and makes it absolute.</summary>
    /// <exception cref="DrException"><c>SshConfigTokenUnknown</c>.</exception>
    public static string ExpandPath(SshConfigValue value, IReadOnlyDictionary<char, string> tokens) =>
        Path.GetFullPath(Expand(value, FromHome(value), tokens, variables: true));

    /// <summary>Expands the home folder; another user's is refused.</summary>
    /// <exception cref="DrException"><c>SshConfigTokenUnknown</c>.</exception>
    public static string FromHome(SshConfigValue value) => value.Text switch
    {
        "~" => Home,
        ['~', '/', .. var rest] => Path.Combine(Home, rest),
        ['~', ..] => throw SshConfigErrors.SshConfigTokenUnknown(value, "another user's home"),
        _ => value.Text,
    };

    private static string Expand(SshConfigValue value, string text, IReadOnlyDictionary<char, string> tokens, bool variables)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == '%')
            {
                var token = ++at < text.Length ? text[at] : ' ';
                expanded.Append(token == '%' ? "%" : tokens.TryGetValue(token, out var meaning) ? meaning : throw SshConfigErrors.SshConfigTokenUnknown(value, $"%{token}"));
            }
            else if (variables && text.AsSpan(at).StartsWith("${"))
            {
                var end = text.IndexOf('}', at);
                var name = end < 0 ? "" : text[(at + 2)..end];
                expanded.Append(name.Length > 0 && Environment.GetEnvironmentVariable(name) is { } variable ? variable : throw SshConfigErrors.SshConfigTokenUnknown(value, $"${{{name}}}"));
                at = end;
            }
            else
            {
                expanded.Append(text[at]);
            }
        }

        return expanded.ToString();
    }
}
