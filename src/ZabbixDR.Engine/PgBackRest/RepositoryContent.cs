namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What one repository holds of the stanza, as far as listings tell.</summary>
/// <param name="Repository">Its number.</param>
/// <param name="Node">The node whose pgBackRest told it.</param>
/// <param name="Backups">Its sets, oldest first.</param>
/// <param name="Archives">The archived WAL, a database each.</param>
/// <param name="Manifests">The files <c>backup.manifest</c> and <c>backup.info</c> with their copies, by their path within <c>backup/STANZA</c>.</param>
internal sealed record RepositoryContent(
    int Repository, string Node, IReadOnlyList<PgBackRestBackup> Backups, IReadOnlyList<WalArchive> Archives, IReadOnlyDictionary<string, RepositoryFile> Manifests);
