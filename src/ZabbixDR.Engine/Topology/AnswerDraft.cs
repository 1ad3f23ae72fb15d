namespace ZabbixDR.Engine.Topology;

/// <summary>Makes a topology from a person's answers.</summary>
public static class AnswerDraft
{
    /// <summary>Makes it.</summary>
    /// <param name="path">The file that it will be, absolute.</param>
    /// <param name="name">The deployment's name.</param>
    /// <param name="access">How nodes are reached.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="postgresVersion">PostgreSQL's major version.</param>
    /// <param name="repositoryPath">The directory of the pgBackRest repository on the nodes; null for its usual one.</param>
    public static TopologyDraft Make(string path, string name, AccessSettings access, IReadOnlyList<DrTopologyNode> nodes, int postgresVersion, string? repositoryPath)
    {
        bool Any(NodeRole role) => nodes.Any(node => node.Roles.Contains(role));
        var notes = DraftDefaults.Notes();
        notes["etcd"] = "Where etcd speaks TLS or asks for a password: caFile, certFile and keyFile; user, and password as env:NAME, file:PATH or vault:NAME.";
        notes["pgbackrest.repository"] = "For NFS write type: nfs with server, export and mount; for a bucket type: s3 with endpoint, bucket, region, key and keySecret.";
        notes["pgbackrest.stanza"] = "Where the repository is encrypted, add cipherPass: env:NAME, file:PATH or vault:NAME.";
        var topology = new DrTopology
        {
            Name = name,
            Path = path,
            Access = access,
            Sites = [.. nodes.Select(node => node.Site).Distinct(StringComparer.Ordinal).Select(site => new DrSite(site, null))],
            Nodes = nodes,
            Postgres = Any(NodeRole.Postgres) ? new PostgresSettings { Version = postgresVersion } : null,
            Patroni = Any(NodeRole.Postgres) ? new PatroniSettings { Scope = DraftDefaults.Cluster } : null,
            Etcd = Any(NodeRole.Etcd) ? new EtcdSettings() : null,
            PgBackRest = Any(NodeRole.Postgres)
                ? new PgBackRestSettings
                {
                    Stanza = DraftDefaults.Cluster,
                    Repository = new RepositorySettings { Type = RepositoryType.Posix, Path = repositoryPath ?? "/var/lib/pgbackrest" },
                }
                : null,
        };
        return new TopologyDraft(DraftDefaults.Complete(topology), notes);
    }
}
