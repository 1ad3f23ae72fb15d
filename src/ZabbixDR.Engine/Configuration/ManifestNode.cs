namespace ZabbixDR.Engine.Configuration;

/// <summary>One node in the manifest.</summary>
/// <param name="Name">The node's name; its files lie in the archive under <c>NAME/</c>.</param>
/// <param name="Site">Its site.</param>
/// <param name="Roles">Its roles, which decide what is asked.</param>
/// <param name="Read">False where nothing of it is in the archive.</param>
/// <param name="Asked">The paths that were asked for.</param>
/// <param name="Absent">Those of them that it may do without, and does.</param>
/// <param name="Errors">What is missing or doubtful, one sentence each; empty where all is well.</param>
/// <param name="Entries">Its entries, in the archive's order.</param>
internal sealed record ManifestNode(
    string Name,
    string Site,
    IReadOnlyList<NodeRole> Roles,
    bool Read,
    IReadOnlyList<string> Asked,
    IReadOnlyList<string> Absent,
    IReadOnlyList<string> Errors,
    IReadOnlyList<ManifestEntry> Entries);
