namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>The newest backup of any type is young enough: it is what a recovery starts from.</summary>
internal sealed class BackupAge : IReadinessCheck
{
    public string Id => "backup.age";

    public string Title => "The newest backup is recent";

    public ReadinessCategory Category => ReadinessCategory.Backup;

    public string? NotApplicable(DrTopology topology) => Sections.MissingPgBackRest(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation) =>
        [Repositories.JudgeNewest(await context.BackupsAsync(cancellation).ConfigureAwait(false), _ => true, "backup", context.Now, context.Thresholds.BackupAge, "Diff")];
}
