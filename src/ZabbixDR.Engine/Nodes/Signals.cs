using System.Globalization;

namespace ZabbixDR.Engine.Nodes;

/// <summary>The signals that end programs, by their names without SIG (signal(7), the numbers of x86 and ARM).</summary>
internal static class Signals
{
    // A shell, sudo and .NET give 128 and the signal's number as the exit code; the standard signals end at 31.
    private const int Before = 128;
    private const int Last = 31;

    /// <summary>The name of the signal that an exit code tells of; null where it tells of none.</summary>
    public static string? Behind(int? exitCode) => exitCode is > Before and <= Before + Last ? Name(exitCode.Value - Before) : null;

    private static string Name(int number) => number switch
    {
        1 => "HUP",
        2 => "INT",
        3 => "QUIT",
        6 => "ABRT",
        9 => "KILL",
        11 => "SEGV",
        13 => "PIPE",
        15 => "TERM",
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}
