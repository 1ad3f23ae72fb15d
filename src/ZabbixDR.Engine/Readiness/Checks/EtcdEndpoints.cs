namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>Every etcd member does its work: one finding a member.</summary>
internal sealed class EtcdEndpoints : IReadinessCheck
{
    private const string Expected = "healthy";

    public string Id => "etcd.endpoints";

    public string Title => "Every etcd member is healthy";

    public ReadinessCategory Category => ReadinessCategory.Etcd;

    public string? NotApplicable(DrTopology topology) => Sections.MissingEtcd(topology);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation)
    {
        var etcd = context.Deployment.Etcd;
        var members = context.Deployment.Topology.NodesWith(NodeRole.Etcd);
        var endpoints = await Task.WhenAll(members.Select(member => etcd.LookAsync(member.Name, cancellation))).ConfigureAwait(false);
        return [.. endpoints.Select(Judge)];
    }

    internal static ReadinessFinding Judge(EtcdEndpoint endpoint)
    {
        const string Remedy = "See Test-EtcdEndpoint, and etcd's journal on the node. A majority of the members must be healthy for Patroni to fail over.";
        return endpoint.State switch
        {
            EtcdEndpointState.Healthy => ReadinessFinding.Pass(endpoint.Name, Expected, "healthy"),
            EtcdEndpointState.Unhealthy => ReadinessFinding.Fail(endpoint.Name, Expected, "unhealthy", endpoint.Reason ?? "it does not do its work", Remedy),
            _ => ReadinessFinding.Unknown(endpoint.Name, endpoint.Reason ?? "it could not be asked", Remedy) with { Expected = Expected },
        };
    }
}
