using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>What pgbackrest.conf shall say on the nodes of a deployment.</summary>
internal static class PgBackRestEntries
{
    /// <summary>The options on a node, secrets included.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>, <c>PlatformUnknown</c>, and those of reading secrets.</exception>
    public static async Task<IReadOnlyList<ConfigurationEntry>> OfAsync(DeploymentSession deployment, INode node, CancellationToken cancellation) =>
        Of(deployment, await PlaceAsync(deployment, node, cancellation).ConfigureAwait(false), (reference, purpose) => deployment.Secrets.Read(reference, purpose, cancellation).Reveal());

    /// <summary>The options on a node, with nothing in the place of secrets.</summary>
    /// <exception cref="DrException"><c>SectionMissing</c>, <c>PlatformUnknown</c>.</exception>
    public static async Task<IReadOnlyList<ConfigurationEntry>> WithoutSecretsAsync(DeploymentSession deployment, INode node, CancellationToken cancellation) =>
        Of(deployment, await PlaceAsync(deployment, node, cancellation).ConfigureAwait(false), (_, _) => "");

    private static IReadOnlyList<ConfigurationEntry> Of(DeploymentSession deployment, ConfigurationPlace place, Func<SecretReference, string, string> secret)
    {
        _ = deployment.Postgres;
        return ConfigurationContent.Of(deployment.Topology.PgBackRest!, deployment.Topology.Postgres!, place, secret);
    }

    private static async Task<ConfigurationPlace> PlaceAsync(DeploymentSession deployment, INode node, CancellationToken cancellation)
    {
        var (topology, servers) = (deployment.Topology, new List<ConfigurationPlace.Server>());
        if (node.Definition.Roles.Contains(NodeRole.Postgres))
        {
            servers.Add(new ConfigurationPlace.Server(null, null, await DataDirectoryAsync(topology, node, cancellation).ConfigureAwait(false)));
        }

        // A host backs up whichever of them is the primary.
        foreach (var other in RepositoryHost.IsHost(topology, node.Definition) ? deployment.Nodes.With(NodeRole.Postgres).Where(other => other != node) : [])
        {
            servers.Add(new ConfigurationPlace.Server(other.Definition, deployment.PgBackRest.UserOn(other.Definition), await DataDirectoryAsync(topology, other, cancellation).ConfigureAwait(false)));
        }

        return new ConfigurationPlace(
            RepositoryHost.ReachedBy(topology, node.Definition),
            [
                .. from repository in topology.PgBackRest!.Repositories
                   let host = RepositoryHost.Of(deployment, repository)
                   where host is not null && host != node && node.Definition.Roles.Contains(NodeRole.Postgres)
                   select new ConfigurationPlace.HostedRepository(repository, host.Definition, deployment.PgBackRest.UserOn(host.Definition)),
            ],
            servers);
    }

    // What the file says holds on each node; where it says nothing, the node has to be asked what it is.
    private static async Task<string> DataDirectoryAsync(DrTopology topology, INode node, CancellationToken cancellation) =>
        topology.Postgres!.DataDirectory
        ?? new NodePaths(topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false)).PostgresDataDirectory!;
}
