namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What a stanza's repositories hold.</summary>
/// <param name="Backups">The sets, oldest first.</param>
/// <param name="Failures">One for each repository that could not be read, or holds no such stanza: its sets are missing above.</param>
public sealed record StanzaContent(IReadOnlyList<PgBackRestBackup> Backups, IReadOnlyList<DrException> Failures)
{
    /// <summary>The numbers of the repositories that could be read, with sets or without.</summary>
    public IReadOnlyList<int> Repositories { get; init; } = [];
}
