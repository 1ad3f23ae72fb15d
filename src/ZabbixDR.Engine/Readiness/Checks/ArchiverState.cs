namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>
/// The primary archives its WAL now. A failure counts only where it is later than the last success:
/// pg_stat_archiver keeps last_failed_wal for good.
/// </summary>
internal sealed class ArchiverState : IReadinessCheck
{
    private const string Remedy = "Look at PostgreSQL's log on the node for archive-push, and at the repository's room and rights.";

    public string Id => "archiver.status";

    public string Title => "The primary archives its WAL";

    public ReadinessCategory Category => ReadinessCategory.Archiving;

    public string? NotApplicable(DrTopology topology) => Sections.MissingPatroni(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation)
    {
        var primary = await context.PrimaryAsync(cancellation).ConfigureAwait(false);
        return [Judge(await context.Deployment.Postgres.GetArchiverAsync(primary.Node, cancellation).ConfigureAwait(false), context.Thresholds.ArchiveAge)];
    }

    /// <summary>The verdict, by the server's own clock.</summary>
    internal static ReadinessFinding Judge(PgArchiver archiver, TimeSpan limit)
    {
        var expected = $"last success {Ages.Limit(limit)} ago";
        if (archiver.ArchiveMode == PgArchiveMode.Off)
        {
            return ReadinessFinding.Fail(
                archiver.Node,
                expected,
                "archive_mode off",
                "WAL is not archived, so nothing after a backup can be recovered",
                "Set archive_mode to \"on\" in Patroni's dynamic configuration and restart the members, replicas first.");
        }

        if (archiver is { IsFailing: true, LastFailedTime: { } failed })
        {
            return ReadinessFinding.Fail(
                archiver.Node,
                expected,
                $"last attempt failed {Ages.Text(archiver.ObservedAt - failed)} ago",
                $"archiving {archiver.LastFailedWal} failed at {failed:u}, after the last success ({When(archiver.LastArchivedTime)}); {archiver.FailedCount} attempts failed so far",
                Remedy);
        }

        return archiver.LastArchivedTime is { } archived
            ? Ages.Judge(archiver.Node, $"the last archived segment, {archiver.LastArchivedWal},", archiver.ObservedAt - archived, limit, NoTimeout(archiver) ?? Remedy) with { Expected = expected }
            : ReadinessFinding.Fail(archiver.Node, expected, "never", "no WAL was archived yet", NoTimeout(archiver) ?? Remedy);
    }

    private static string? NoTimeout(PgArchiver archiver) => archiver.ArchiveTimeout is null
        ? "Set archive_timeout (60 s) in Patroni's dynamic configuration: without it a segment waits until it is full."
        : null;

    private static string When(DateTimeOffset? time) => time is { } known ? $"{known:u}" : "never";
}
