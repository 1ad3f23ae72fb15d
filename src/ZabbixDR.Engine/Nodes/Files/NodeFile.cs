namespace ZabbixDR.Engine.Nodes.Files;

/// <summary>A file, directory or link on a node.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Its size in bytes; what a directory's means is up to its file system.</param>
/// <param name="Owner">Its user's name, or UNKNOWN where the node has no name for the number.</param>
/// <param name="Group">Its group's name, likewise.</param>
/// <param name="Mode">Its permission bits.</param>
/// <param name="Modified">When its content was last changed, in UTC, by the node's clock.</param>
public sealed record NodeFile(string Path, NodeFileKind Kind, long Size, string Owner, string Group, UnixFileMode Mode, DateTimeOffset Modified);
