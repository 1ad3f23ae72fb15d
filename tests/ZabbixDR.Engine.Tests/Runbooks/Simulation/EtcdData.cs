namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What a cluster of etcd holds; its members share it.</summary>
/// <param name="cluster">The cluster, told from others by its token.</param>
internal sealed class EtcdState(string cluster)
{
    public string Cluster => cluster;

    public SortedDictionary<string, string> Keys { get; } = new(StringComparer.Ordinal);

    public IReadOnlyList<string> Users { get; init; } = ["root"];

    public long Revision { get; set; } = 100;
}

/// <summary>A member's data directory, wherever it was moved to.</summary>
/// <param name="name">What it is called in what the tests say.</param>
/// <param name="state">The cluster's state.</param>
internal sealed class EtcdData(string name, EtcdState state)
{
    public string Name => name;

    public EtcdState State => state;

    /// <summary>Whether etcd ever ran on it: from then on it may hold what nothing else holds.</summary>
    public bool WasUsed { get; set; }
}
