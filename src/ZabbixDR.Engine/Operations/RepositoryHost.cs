using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// Where pgBackRest works on a repository. Where the topology names a host for it, backups and expiry run there (elsewhere pgBackRest 2.45 refuses them), verification
/// too, since it reads everything, and the PostgreSQL nodes reach it through that host; else each of them reaches it by itself.
/// </summary>
internal static class RepositoryHost
{
    /// <summary>Demands that the topology has a repository of that number.</summary>
    /// <exception cref="DrException"><c>RepositoryUnknown</c>.</exception>
    public static RepositorySettings Demand(DrTopology topology, int number) =>
        topology.PgBackRest!.Repositories.FirstOrDefault(repository => repository.Number == number) ?? throw RepositoryUnknown(topology, number);

    /// <summary>A repository's host; null where it has none.</summary>
    public static INode? Of(DeploymentSession deployment, RepositorySettings repository) => repository.Host is { } host ? deployment.Nodes.Get(host) : null;

    /// <summary>The host of a repository, of the first where no number is given; null where it has none, or the topology does not know it.</summary>
    public static INode? Of(DeploymentSession deployment, int? number)
    {
        var settings = deployment.Topology.PgBackRest!;
        return settings.Repositories.FirstOrDefault(one => one.Number == (number ?? settings.Repository.Number)) is { } repository ? Of(deployment, repository) : null;
    }

    /// <summary>Whether pgBackRest works on a node: there is a PostgreSQL server, or the host of a repository.</summary>
    public static bool Works(DrTopology topology, DrTopologyNode node) => node.Roles.Contains(NodeRole.Postgres) || IsHost(topology, node);

    /// <summary>Whether a node is the host of a repository.</summary>
    public static bool IsHost(DrTopology topology, DrTopologyNode node) => topology.PgBackRest?.Repositories.Any(repository => repository.Host == node.Name) == true;

    /// <summary>The nodes on which pgBackRest works, hosts of repositories first: without theirs the others' configuration leads nowhere.</summary>
    public static IReadOnlyList<INode> AllWithPgBackRest(DeploymentSession deployment) =>
        [.. deployment.Nodes.All.Where(node => Works(deployment.Topology, node.Definition)).OrderBy(node => !IsHost(deployment.Topology, node.Definition))];

    /// <summary>The repositories that a node reaches by itself.</summary>
    public static IReadOnlyList<RepositorySettings> ReachedBy(DrTopology topology, DrTopologyNode node) =>
        [.. (topology.PgBackRest?.Repositories ?? []).Where(repository => repository.Host is { } host ? host == node.Name : node.Roles.Contains(NodeRole.Postgres))];

    private static DrException RepositoryUnknown(DrTopology topology, int number) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Looking for repository {number}",
        $"{topology.Path} has {string.Join(" and ", topology.PgBackRest!.Repositories.Select(repository => repository.Number))} alone",
        "Name one of these, or add it to pgbackrest.repositories and run Install-PgBackRestConfiguration.");
}
