namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>pgBackRest itself calls the stanza well, in every repository. Its word says nothing about WAL that is missing.</summary>
internal sealed class StanzaState : IReadinessCheck
{
    public string Id => "stanza.status";

    public string Title => "Every repository has the stanza and can be read";

    public ReadinessCategory Category => ReadinessCategory.Backup;

    public string? NotApplicable(DrTopology topology) => Sections.MissingPgBackRest(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation)
    {
        const string Expected = "ok";
        var content = await context.BackupsAsync(cancellation).ConfigureAwait(false);
        return content.Failures.Count == 0
            ? [ReadinessFinding.Pass(null, Expected, "ok")]
            : [.. content.Failures.Select(failure => Judge(failure, Expected))];
    }

    // What was found missing or wrong is a failure; what could not be looked at is not known.
    private static ReadinessFinding Judge(DrException failure, string expected) => failure.Kind is DrErrorKind.NotFound or DrErrorKind.InvalidData
        ? ReadinessFinding.Fail(failure.Node, expected, failure.Id, failure.Message, failure.Remedy)
        : ReadinessFinding.Unknown(failure, expected);
}
