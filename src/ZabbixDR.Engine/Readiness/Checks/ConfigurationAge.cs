namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>The newest archive of the nodes' configuration is young enough and holds every node.</summary>
internal sealed class ConfigurationAge : IReadinessCheck
{
    private const string Remedy = "Write one: Backup-DrConfiguration.";

    public string Id => "configuration.age";

    public string Title => "The newest configuration archive is recent and complete";

    public ReadinessCategory Category => ReadinessCategory.Configuration;

    public string? NotApplicable(DrTopology topology) => topology.Configuration is null ? Sections.Missing("configuration") : null;

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation)
    {
        var archives = context.Deployment.Configuration;
        var limit = context.Thresholds.ConfigurationAge;
        var expected = $"{Ages.Limit(limit)}, complete";
        if (await archives.FindNewestAsync(archives.Directory(), cancellation).ConfigureAwait(false) is not { } newest)
        {
            return [ReadinessFinding.Fail(null, expected, "none", $"{archives.Directory()} holds no archive of this deployment", Remedy)];
        }

        var age = context.Now - newest.CreatedAt;
        return
        [
            newest.Status == DrConfigurationBackupStatus.Complete
                ? Ages.Judge(null, $"the newest archive, {Path.GetFileName(newest.Path)},", age, limit, Remedy) with { Expected = expected }
                : ReadinessFinding.Fail(null, expected, $"{Ages.Text(age)}, partial", newest.Reason!, "Mend what the reason names, and run Backup-DrConfiguration again."),
        ];
    }
}
