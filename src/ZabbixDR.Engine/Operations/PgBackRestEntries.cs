using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>What pgbackrest.conf shall say on a node of a deployment, secrets included.</summary>
internal static class PgBackRestEntries
{
    /// <summary>The options.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>, and those of reading secrets.</exception>
    public static IReadOnlyList<ConfigurationEntry> Of(DeploymentSession deployment, NodePaths paths, CancellationToken cancellation)
    {
        _ = deployment.Postgres;
        return ConfigurationContent.Of(
            deployment.Topology.PgBackRest!,
            deployment.Topology.Postgres!,
            paths.PostgresDataDirectory!,
            (reference, purpose) => deployment.Secrets.Read(reference, purpose, cancellation).Reveal());
    }
}
