namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The etcd clusters of a simulated deployment: what runs, by what lies in the members' data directories.</summary>
/// <remarks>
/// Observed on the lab: members of another token do not meet, a majority alone serves, data of another owner is refused, an empty data directory
/// becomes an empty cluster (EtcdRestoreTests, The_whole_cluster_comes_back_after_every_members_data_is_gone; PROCEDURES.md 7).
/// </remarks>
internal sealed class SimulatedEtcd(IReadOnlyList<SimulatedNode> members, Action<string> violate)
{
    public const string Unit = "etcd.service";
    public const string User = "etcd";
    public const string Directory = "/var/lib/etcd/default";

    /// <summary>Where etcd looks for its data.</summary>
    public const string Member = Directory + "/member";

    public IReadOnlyList<SimulatedNode> Members => members;

    /// <summary>The state of the cluster that has a majority; null where none has.</summary>
    public EtcdState? Serving => members.Select(Running).OfType<EtcdState>().GroupBy(state => state.Cluster).FirstOrDefault(cluster => cluster.Count() > members.Count / 2)?.First();

    public static EtcdState? Running(SimulatedNode node) => node.Units[Unit].IsActive ? node.Files.Find(Member)?.Data?.State : null;

    /// <summary>Starts a member on what lies there, and on nothing as a cluster that is new and empty.</summary>
    public void Start(SimulatedNode node, bool byUs)
    {
        node.Units[Unit].IsActive = true;
        var lies = node.Files.Find(Member);
        if (lies?.Data is not { } data)
        {
            node.Files.MakeDirectory(Member, User, new EtcdData($"empty on {node.Name}", new EtcdState("empty")));
            if (byUs)
            {
                violate($"etcd was started on {node.Name} without data");
            }

            return;
        }

        if (lies.Owner != User)
        {
            violate($"etcd was started on {node.Name} on data of {lies.Owner}");
        }

        data.WasUsed = true;
        foreach (var other in members.Where(other => byUs && other != node && Running(other) is { } state && state.Cluster != data.State.Cluster))
        {
            violate($"{node.Name} was started in the cluster {data.State.Cluster} while {other.Name} ran in {Running(other)!.Cluster}");
        }
    }
}
