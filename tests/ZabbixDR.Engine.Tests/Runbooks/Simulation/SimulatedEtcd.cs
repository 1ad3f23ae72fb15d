namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The etcd clusters of a simulated deployment: what runs, by what lies in the members' data directories.</summary>
/// <remarks>
/// Observed on the lab: members of another token do not meet, a majority alone serves, data of another owner is refused, an empty data directory
/// becomes an empty cluster (EtcdRestoreTests, The_whole_cluster_comes_back_after_every_members_data_is_gone; PROCEDURES.md 7). A survivor that is
/// started by force keeps its keys and users and drops the other members; those, started on their old data and seeing each other, are the old cluster; a
/// learner that is started empty, as a member of what there is, takes its data from there (EtcdQuorumTests; PROCEDURES.md 8).
/// </remarks>
internal sealed class SimulatedEtcd(IReadOnlyList<SimulatedNode> members, Action<string> violate)
{
    public const string Unit = "etcd.service";
    public const string User = "etcd";
    public const string Directory = "/var/lib/etcd/default";

    /// <summary>Where etcd looks for its data.</summary>
    public const string Member = Directory + "/member";

    public IReadOnlyList<SimulatedNode> Members => members;

    /// <summary>The states of the clusters that have a majority.</summary>
    public IReadOnlyList<EtcdState> AllServing => [.. members.Select(Running).OfType<EtcdState>().Distinct().Where(state => Voters(state).Count() > state.Voters.Count / 2)];

    /// <summary>The state of the cluster that has a majority; null where none has.</summary>
    public EtcdState? Serving => AllServing is [var first, ..] ? first : null;

    public static EtcdState? Running(SimulatedNode node) => node.Units[Unit].IsActive ? node.Files.Find(Member)?.Data?.State : null;

    /// <summary>The voters of a cluster that run.</summary>
    public IEnumerable<SimulatedNode> Voters(EtcdState state) => members.Where(member => Running(member) == state && state.Voters.Contains(member.Name));

    /// <summary>Starts a member on what lies there, and on nothing as a cluster that is new and empty.</summary>
    public void Start(SimulatedNode node, bool byUs)
    {
        node.Units[Unit].IsActive = true;
        node.Units[Unit].IsForced = node.Units[Unit].Loaded.Any(file => node.Files.Text(file)?.Contains("ETCD_FORCE_NEW_CLUSTER=true", StringComparison.Ordinal) is true);
        var lies = node.Files.Find(Member);
        if (lies?.Data is not { } data)
        {
            StartEmpty(node, byUs);
            return;
        }

        if (lies.Owner != User)
        {
            violate($"etcd was started on {node.Name} on data of {lies.Owner}");
        }

        data.WasUsed = true;
        if (node.Units[Unit].IsForced)
        {
            Force(node, data);
        }

        if (members.SelectMany(member => member.Files.Data).Any(other => other.State.IsForced && other.State != data.State) && !data.State.IsForced)
        {
            violate($"etcd was started on {node.Name} on the data of a cluster that was left behind");
        }

        foreach (var other in members.Where(other => byUs && other != node && Running(other) is { } state && state != data.State))
        {
            violate($"{node.Name} was started in the cluster {data.State.Cluster} while {other.Name} ran in {Running(other)!.Cluster}");
        }
    }

    private void Force(SimulatedNode node, EtcdData data)
    {
        if (data.State.IsForced && data.State.Voters.Count == 1)
        {
            return;
        }

        node.Deployment.Effect(node, "a cluster of one member was made");
        if (!node.Files.Data.Any(copy => copy.Name.StartsWith("copy of ", StringComparison.Ordinal)))
        {
            violate($"{node.Name} was made a cluster of its own before its data was copied");
        }

        data.State = data.State.Alone(node.Name);
    }

    private void StartEmpty(SimulatedNode node, bool byUs)
    {
        var joins = node.Units[Unit].Loaded.Any(file => node.Files.Text(file)?.Contains("EnvironmentFile=", StringComparison.Ordinal) is true);
        if (joins && AllServing.FirstOrDefault(state => state.Learners.Contains(node.Name)) is { } there)
        {
            node.Files.MakeDirectory(Member, User, new EtcdData($"joined on {node.Name}", there) { WasUsed = true });
            return;
        }

        node.Files.MakeDirectory(Member, User, new EtcdData($"empty on {node.Name}", new EtcdState("empty", members.Select(member => member.Name))));
        if (byUs)
        {
            violate($"etcd was started on {node.Name} without data");
        }
    }
}
