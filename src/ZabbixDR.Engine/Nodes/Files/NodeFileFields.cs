using System.Globalization;

namespace ZabbixDR.Engine.Nodes.Files;

/// <summary>What stat and find print of a file: fields that each end with a NUL, which no name can hold.</summary>
internal static class NodeFileFields
{
    /// <summary>stat(1): type and permissions as a hexadecimal number, size, owner, group, time of modification in seconds.</summary>
    public const string OfStat = @"--printf=%f\0%s\0%U\0%G\0%.9Y\0";

    /// <summary>find(1): type as a letter, permissions in octal, size, owner, group, time of modification in seconds, name.</summary>
    public const string OfFind = @"%y\0%m\0%s\0%u\0%g\0%T@\0%f\0";

    private const int PermissionBits = 0xFFF;
    private const int FindFields = 7;

    public static NodeFile FromStat(string path, string output)
    {
        var fields = output.Split('\0');
        var mode = int.Parse(fields[0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        // inode(7): the type is in the four bits above the permissions.
        var kind = (mode & ~PermissionBits) switch
        {
            0x8000 => NodeFileKind.File,
            0x4000 => NodeFileKind.Directory,
            0xA000 => NodeFileKind.Link,
            _ => NodeFileKind.Other,
        };
        return new NodeFile(path, kind, Size(fields[1]), fields[2], fields[3], (UnixFileMode)(mode & PermissionBits), Time(fields[4]));
    }

    public static IReadOnlyList<NodeFile> FromFind(string directory, string output) =>
        [.. output.Split('\0')[..^1].Chunk(FindFields).Select(fields => FromFind(directory, fields)).OrderBy(file => file.Path, StringComparer.Ordinal)];

    private static NodeFile FromFind(string directory, string[] fields)
    {
        var kind = fields[0] switch
        {
            "f" => NodeFileKind.File,
            "d" => NodeFileKind.Directory,
            "l" => NodeFileKind.Link,
            _ => NodeFileKind.Other,
        };
        return new NodeFile(
            $"{directory.TrimEnd('/')}/{fields[6]}", kind, Size(fields[2]), fields[3], fields[4], (UnixFileMode)Convert.ToInt32(fields[1], 8), Time(fields[5]));
    }

    private static long Size(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string seconds) =>
        DateTimeOffset.UnixEpoch.AddTicks((long)(decimal.Parse(seconds, NumberStyles.Float, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));
}
