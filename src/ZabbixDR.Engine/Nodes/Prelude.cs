using System.Security.Cryptography;
using System.Text;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// Hands over secrets through a program's standard input, since its arguments can be read by every user of the node: first the line
/// that sudo may ask for, then a mark, then the environment. sudo does not say whether its rules made it ask; what lies before the
/// mark is skipped where it did not, and so never reaches the program as its input.
/// </summary>
internal sealed class Prelude
{
    // `read` takes byte by byte from a pipe, so what follows the empty line is left to the program. export is the shell's own.
    private const string Script =
        """
        mark=$1; shift
        while IFS= read -r line && [ "$line" != "$mark" ]; do :; done
        [ "$line" = "$mark" ] || { echo "the input ended before the command could begin" >&2; exit 1; }
        while IFS= read -r line && [ -n "$line" ]; do export "$line"; done
        exec "$@"
        """;

    private readonly string _mark = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Prepares it.</summary>
    /// <exception cref="ArgumentException">A value holds a line end or a NUL, which neither sudo nor this can carry.</exception>
    public Prelude(Secret? password, IReadOnlyDictionary<string, Secret> environment)
    {
        IEnumerable<string> lines =
        [
            .. password is null ? [] : new[] { OnOneLine(password) },
            _mark,
            .. environment.Select(variable => $"{Name(variable.Key)}={OnOneLine(variable.Value)}"),
            "",
        ];
        Opening = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
    }

    /// <summary>What is written into the program's standard input first.</summary>
    public ReadOnlyMemory<byte> Opening { get; }

    /// <summary>The vector that reads the opening and then runs <paramref name="arguments"/>.</summary>
    public IReadOnlyList<string> Attach(IReadOnlyList<string> arguments) => ["sh", "-c", Script, "zabbixdr", _mark, .. arguments];

    private static string OnOneLine(Secret secret) => secret.Reveal() is var value && value.AsSpan().IndexOfAny('\n', '\0') < 0
        ? value
        : throw new ArgumentException("A secret that is handed to a program must be one line.", nameof(secret));

    private static string Name(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_')
        ? name
        : throw new ArgumentException($"'{name}' is not the name of an environment variable.", nameof(name));
}
