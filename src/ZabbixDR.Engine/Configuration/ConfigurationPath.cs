namespace ZabbixDR.Engine.Configuration;

/// <summary>A file or directory of a node that belongs into the archive.</summary>
/// <param name="Path">Absolute on the node. A directory stands for all below it.</param>
/// <param name="Optional">True where a healthy node may be without it: packages differ, and not every deployment uses everything.</param>
public sealed record ConfigurationPath(string Path, bool Optional);
