namespace ZabbixDR.Engine.Operations;

/// <summary>What retention takes away next: it counts full sets, and what builds on one goes with it (src/command/expire/expire.c).</summary>
/// <param name="Sets">The sets that go, of those asked about.</param>
/// <param name="When">When; null where nothing of them goes.</param>
/// <param name="FirstLeft">The oldest set that stays, of those asked about; null where nothing goes or nothing stays.</param>
internal sealed record RetentionExpiry(IReadOnlyList<string> Sets, string? When, PgBackRestBackup? FirstLeft)
{
    /// <summary>Computes it.</summary>
    /// <param name="backups">All sets of the repository, oldest first.</param>
    /// <param name="full">How many full sets are kept; null where the topology does not say.</param>
    /// <param name="asked">The sets that are asked about, oldest first.</param>
    public static RetentionExpiry Next(IReadOnlyList<PgBackRestBackup> backups, int? full, IReadOnlyList<PgBackRestBackup> asked)
    {
        if (full is not { } kept)
        {
            return new RetentionExpiry([], "not known: the topology has no pgbackrest.retention.full", null);
        }

        var fulls = backups.Where(backup => backup.Type == PgBackRestBackupType.Full).Select(backup => backup.Label).ToList();
        var going = fulls.Take(Math.Max(0, fulls.Count + 1 - kept)).ToHashSet(StringComparer.Ordinal);
        bool Goes(PgBackRestBackup backup) => going.Contains(backup.Label) || backup.References.Any(going.Contains);
        var sets = asked.Where(Goes).Select(backup => backup.Label).ToList();
        return sets.Count == 0
            ? new RetentionExpiry([], null, null)
            : new RetentionExpiry(sets, $"with the next full backup: {kept} are kept", asked.FirstOrDefault(backup => !Goes(backup)));
    }
}
