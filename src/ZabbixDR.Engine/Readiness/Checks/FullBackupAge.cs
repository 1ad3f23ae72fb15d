namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>The newest full backup is young enough: every other set depends on one, and retention counts them.</summary>
internal sealed class FullBackupAge : IReadinessCheck
{
    public string Id => "backup.full-age";

    public string Title => "The newest full backup is recent";

    public ReadinessCategory Category => ReadinessCategory.Backup;

    public string? NotApplicable(DrTopology topology) => Sections.MissingPgBackRest(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation) =>
    [
        Repositories.JudgeNewest(
            await context.BackupsAsync(cancellation).ConfigureAwait(false),
            backup => backup.Type == PgBackRestBackupType.Full,
            "full backup",
            context.Now,
            context.Thresholds.FullBackupAge,
            "Full"),
    ];
}
