namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The WAL that makes a set consistent.</summary>
internal static class BackupWal
{
    /// <summary>
    /// Demands that all of it is in the archive: with archive-check=n pgBackRest completes a set whose WAL never came, and without it nothing can be
    /// restored from the set.
    /// </summary>
    /// <exception cref="DrException"><c>BackupUnproven</c>, and those of <see cref="RepositoryReader.SegmentsAsync"/>.</exception>
    public static async Task RequireAsync(RepositoryReader reader, string node, PgBackRestBackup backup, CancellationToken cancellation)
    {
        if (backup is not { WalStart: { } start, WalStop: { } stop })
        {
            throw PgBackRestErrors.BackupUnproven(node, $"the set {backup.Label} names no WAL that would make it consistent");
        }

        var size = (backup.LsnStart is { } lsn ? WalSegment.SizeFrom(start, PgLsn.Parse(lsn)) : null) ?? WalSegment.DefaultSize;
        var (first, last) = (WalSegment.Parse(start, size)!.Value, WalSegment.Parse(stop, size)!.Value);
        foreach (var folder in Segments(first, last, size).GroupBy(name => name[..WalSegment.FolderLength]))
        {
            var archived = await reader.SegmentsAsync(backup.Repository, $"{backup.DatabaseVersion}-{backup.DatabaseId}", folder.Key, cancellation).ConfigureAwait(false);
            if (folder.FirstOrDefault(name => !archived.Contains(name)) is { } missing)
            {
                throw PgBackRestErrors.BackupUnproven(node, $"the set {backup.Label} needs the WAL from {start} to {stop}, and {missing} is not in the archive of repository {backup.Repository}");
            }
        }
    }

    private static IEnumerable<string> Segments(WalSegment first, WalSegment last, long size)
    {
        for (var number = first.Number; number <= last.Number; number++)
        {
            yield return new WalSegment(first.Timeline, number).Name(size);
        }
    }
}
