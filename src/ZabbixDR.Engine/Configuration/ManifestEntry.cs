namespace ZabbixDR.Engine.Configuration;

/// <summary>One file, directory or link in the manifest.</summary>
/// <param name="Path">Its absolute path on the node.</param>
/// <param name="Type">What it is.</param>
/// <param name="Size">Its size in bytes; 0 for what has no content of its own.</param>
/// <param name="Mode">Its permission bits in octal, such as 0640 or 4755.</param>
/// <param name="Owner">Its user's name; the number where the node knows no name.</param>
/// <param name="Group">Its group's name, likewise.</param>
/// <param name="Uid">Its user's number.</param>
/// <param name="Gid">Its group's number.</param>
/// <param name="ModifiedAt">When its content last changed, UTC.</param>
/// <param name="Sha256">The SHA-256 of a file's content, lower-case hexadecimal; null for what is no file.</param>
/// <param name="Target">Where a symbolic link leads, as it stands in the link, or the absolute path whose content a hard link shares.</param>
internal sealed record ManifestEntry(
    string Path,
    ManifestEntryType Type,
    long Size,
    string Mode,
    string Owner,
    string Group,
    int Uid,
    int Gid,
    DateTimeOffset ModifiedAt,
    string? Sha256,
    string? Target);
