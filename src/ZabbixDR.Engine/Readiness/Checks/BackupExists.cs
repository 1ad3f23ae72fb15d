namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>There is a backup at all.</summary>
internal sealed class BackupExists : IReadinessCheck
{
    public string Id => "backup.exists";

    public string Title => "The repository holds a backup of the database";

    public ReadinessCategory Category => ReadinessCategory.Backup;

    public string? NotApplicable(DrTopology topology) => Sections.MissingPgBackRest(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation)
    {
        const string Expected = "at least 1";
        var content = await context.BackupsAsync(cancellation).ConfigureAwait(false);
        return
        [
            content.Backups.Count > 0
                ? ReadinessFinding.Pass(null, Expected, $"{content.Backups.Count}")
                : Repositories.IfUnknown(content, Expected) ?? Repositories.NoBackup(Expected),
        ];
    }
}
