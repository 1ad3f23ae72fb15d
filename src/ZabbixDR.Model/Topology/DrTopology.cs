namespace ZabbixDR;

/// <summary>A deployment as its topology file describes it: what should exist, not what was observed.</summary>
public sealed record DrTopology
{
    /// <summary>The deployment's name.</summary>
    public required string Name { get; init; }

    /// <summary>The file that this was read from, absolute. Relative paths in the file are relative to its folder.</summary>
    public required string Path { get; init; }

    /// <summary>How nodes are reached.</summary>
    public required AccessSettings Access { get; init; }

    /// <summary>The sites, in the file's order.</summary>
    public required IReadOnlyList<DrSite> Sites { get; init; }

    /// <summary>The nodes, in the file's order.</summary>
    public required IReadOnlyList<DrTopologyNode> Nodes { get; init; }

    /// <summary>PostgreSQL, the same on every node with role postgres; null where the deployment has none.</summary>
    public PostgresSettings? Postgres { get; init; }

    /// <summary>Patroni; null where the deployment has none.</summary>
    public PatroniSettings? Patroni { get; init; }

    /// <summary>etcd; null where the deployment has none.</summary>
    public EtcdSettings? Etcd { get; init; }

    /// <summary>pgBackRest; null where the deployment has none.</summary>
    public PgBackRestSettings? PgBackRest { get; init; }

    /// <summary>Zabbix's own settings; null where the file has none.</summary>
    public ZabbixSettings? Zabbix { get; init; }

    /// <summary>Where configuration archives are kept; null where the file does not say.</summary>
    public ConfigurationSettings? Configuration { get; init; }

    /// <summary>Who may approve plans; null where the file does not say, and plans need no approval.</summary>
    public ApprovalSettings? Approval { get; init; }

    /// <summary>The operator's own commands; null where the file has none.</summary>
    public HookSettings? Hooks { get; init; }

    /// <summary>How much may be lost and how long it may take, by failure, in the order of <see cref="FailureScenario"/>; empty where the file has none.</summary>
    public IReadOnlyList<RecoveryObjective> Objectives { get; init; } = [];

    /// <summary>The nodes that have a role, in the file's order.</summary>
    public IEnumerable<DrTopologyNode> NodesWith(NodeRole role) => Nodes.Where(node => node.Roles.Contains(role));
}
