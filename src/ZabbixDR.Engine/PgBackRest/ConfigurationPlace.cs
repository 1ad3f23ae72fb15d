namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What pgBackRest on one node has to do with, as its pgbackrest.conf names it.</summary>
/// <param name="Own">The repositories that the node reaches by itself.</param>
/// <param name="Hosted">The repositories that it reaches through their hosts.</param>
/// <param name="Servers">The PostgreSQL servers, in the order of their numbers.</param>
internal sealed record ConfigurationPlace(
    IReadOnlyList<RepositorySettings> Own, IReadOnlyList<ConfigurationPlace.HostedRepository> Hosted, IReadOnlyList<ConfigurationPlace.Server> Servers)
{
    /// <summary>A repository on another node.</summary>
    /// <param name="Repository">The repository.</param>
    /// <param name="Host">The other node.</param>
    /// <param name="User">The user that pgBackRest runs as there.</param>
    public sealed record HostedRepository(RepositorySettings Repository, DrTopologyNode Host, string User);

    /// <summary>A PostgreSQL server.</summary>
    /// <param name="Host">The node that it runs on; null for the node itself.</param>
    /// <param name="User">The user that pgBackRest runs as there; null on the node itself.</param>
    /// <param name="DataDirectory">Its data directory.</param>
    public sealed record Server(DrTopologyNode? Host, string? User, string DataDirectory);
}
