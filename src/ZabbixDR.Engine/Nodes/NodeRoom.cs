using System.Globalization;

namespace ZabbixDR.Engine.Nodes;

/// <summary>A file system of a node.</summary>
/// <param name="MountPoint">Where it is mounted.</param>
/// <param name="Size">Its size in bytes; null where the login user may not look at it.</param>
/// <param name="Free">What ordinary users may still write, in bytes; null likewise.</param>
public sealed record NodeRoom(string MountPoint, long? Size, long? Free)
{
    private const string Denied = ": Permission denied";
    private const string Prefix = "df: ";

    /// <summary>How much of it is free, from 0 to 100; null where it is not known.</summary>
    public int? FreePercent => Size is > 0 && Free is { } free ? (int)(free * 100 / Size.Value) : null;

    /// <summary>Lists all that are mounted.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<IReadOnlyList<NodeRoom>> ReadAsync(INode node, CancellationToken cancellation)
    {
        // df: 1 where one of them could not be looked at.
        var command = new ObservingCommand("df", "-B1", "--output=size,avail,target") { AcceptedExitCodes = [0, 1] };
        return Parse(await node.RunAsync(command, cancellation).ConfigureAwait(false));
    }

    /// <summary>The one that a path lies on, among all of a node's.</summary>
    public static NodeRoom? Of(string path, IReadOnlyList<NodeRoom> mounted) =>
        mounted.Where(room => room.MountPoint == "/" || path == room.MountPoint || path.StartsWith(room.MountPoint + "/", StringComparison.Ordinal))
            .MaxBy(room => room.MountPoint.Length);

    internal static IReadOnlyList<NodeRoom> Parse(CommandResult df) =>
    [
        .. df.Lines.Skip(1).Select(line => line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Where(fields => fields.Length == 3)
            .Select(fields => new NodeRoom(fields[2], Number(fields[0]), Number(fields[1]))),
        .. df.Error.Split('\n')
            .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal) && line.EndsWith(Denied, StringComparison.Ordinal))
            .Select(line => new NodeRoom(line[Prefix.Length..^Denied.Length].Trim('\''), null, null)),
    ];

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
