namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What a cluster of etcd holds; its members share it.</summary>
/// <param name="cluster">The cluster, told from others by its token, and by the member that left its others behind.</param>
/// <param name="voters">Its voters, by node.</param>
internal sealed class EtcdState(string cluster, IEnumerable<string> voters)
{
    public string Cluster => cluster;

    public SortedSet<string> Voters { get; } = new(voters, StringComparer.Ordinal);

    /// <summary>The nodes that were added and have no vote yet.</summary>
    public SortedSet<string> Learners { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether its others were left behind by force.</summary>
    public bool IsForced { get; init; }

    /// <summary>Whether it was made for Patroni alone, without a snapshot's keys.</summary>
    public bool IsFresh { get; init; }

    public SortedDictionary<string, string> Keys { get; } = new(StringComparer.Ordinal);

    /// <summary>The leases, and which key hangs on each.</summary>
    public SortedDictionary<long, string?> Leases { get; } = [];

    public IReadOnlyList<string> Users { get; init; } = ["root"];

    public long Revision { get; set; } = 100;

    /// <summary>The cluster that one member makes of itself by force: it keeps what there is, and drops the other members.</summary>
    public EtcdState Alone(string member)
    {
        var alone = new EtcdState($"{cluster} of {member}", [member]) { IsForced = true, Users = Users, Revision = Revision };
        foreach (var (key, value) in Keys)
        {
            alone.Keys[key] = value;
        }

        foreach (var (lease, key) in Leases)
        {
            alone.Leases[lease] = key;
        }

        return alone;
    }

    /// <summary>A lease is over: its key goes.</summary>
    public bool End(long lease)
    {
        if (!Leases.Remove(lease, out var key))
        {
            return false;
        }

        if (key is not null)
        {
            Keys.Remove(key);
        }

        return true;
    }
}

/// <summary>A member's data directory, wherever it was moved to.</summary>
/// <param name="name">What it is called in what the tests say.</param>
/// <param name="state">The cluster's state.</param>
internal sealed class EtcdData(string name, EtcdState state)
{
    public string Name => name;

    public EtcdState State { get; set; } = state;

    /// <summary>Whether etcd ever ran on it: from then on it may hold what nothing else holds.</summary>
    public bool WasUsed { get; set; }
}
