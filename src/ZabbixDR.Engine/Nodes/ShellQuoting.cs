using System.Buffers;

namespace ZabbixDR.Engine.Nodes;

/// <summary>The one place where an argument vector becomes a string for a POSIX shell (IEEE 1003.1, 2.2.2 Single-Quotes).</summary>
public static class ShellQuoting
{
    private static readonly SearchValues<char> Plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:@%+,=");

    /// <summary>Quotes each argument and joins them with spaces.</summary>
    /// <exception cref="ArgumentException">An argument holds a NUL, which no argument vector can carry.</exception>
    public static string Quote(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    private static string Quote(string argument)
    {
        if (argument.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("An argument of a command cannot hold a NUL character.", nameof(argument));
        }

        return argument.Length > 0 && !argument.AsSpan().ContainsAnyExcept(Plain)
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
    }
}
