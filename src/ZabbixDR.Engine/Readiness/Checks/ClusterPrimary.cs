using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>One node, and only one, is a running primary by Patroni's and PostgreSQL's own word.</summary>
internal sealed class ClusterPrimary : IReadinessCheck
{
    public string Id => "cluster.primary";

    public string Title => "One node is the running primary";

    public ReadinessCategory Category => ReadinessCategory.Cluster;

    public string? NotApplicable(DrTopology topology) => Sections.MissingPatroni(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation)
    {
        const string Expected = "1 running primary";
        try
        {
            var primary = await context.PrimaryAsync(cancellation).ConfigureAwait(false);
            return [ReadinessFinding.Pass(primary.Node.Name, Expected, $"{primary.Node.Name}, timeline {primary.Timeline}")];
        }
        catch (DrException failure) when (failure.Kind == DrErrorKind.Precondition)
        {
            // That no node answers is no proof that none is a primary: then this throws, and nothing is known.
            await context.ClusterAsync(cancellation).ConfigureAwait(false);
            var actual = failure.Id == FindPrimary.NoneId ? "none" : "several";
            return [ReadinessFinding.Fail(null, Expected, actual, failure.Message, failure.Remedy)];
        }
    }
}
