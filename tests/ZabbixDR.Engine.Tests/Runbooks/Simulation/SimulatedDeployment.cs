using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>
/// Two sites in memory: three members of etcd, and two nodes with Patroni. The engine's own steps, lock, fence and journals run on it, and
/// what must never happen is looked for after each command that changes something.
/// </summary>
internal sealed class SimulatedDeployment
{
    private readonly Random _random;
    private readonly Dictionary<string, EtcdState> _restored = new(StringComparer.Ordinal);
    private readonly List<EtcdData> _old = [];
    private readonly PostgresData _oldPrimary = new("old on pg-a");
    private readonly HashSet<EtcdData> _used = [];
    private readonly HashSet<(string Run, string Node, string What)> _effects = [];
    private readonly List<Func<CancellationToken, Task>> _beats = [];
    private bool _isBeating;

    public SimulatedDeployment(int seed, Breakage broken = Breakage.None)
    {
        Broken = broken;
        _random = new Random(seed);
        Life = new Lifetime(_random);
        Here = new SimulatedJournals(Life);
        Nodes = [.. SimulatedTopology.Of.Nodes.Select(definition => new SimulatedNode(definition, this))];
        Postgres = new SimulatedPostgres(Violate);
        Etcd = new SimulatedEtcd([.. With(NodeRole.Etcd)], Violate);
        Patroni = new SimulatedPatroni([.. With(NodeRole.Postgres)], Etcd, Postgres, Life, _random, Violate) { IsNotLookedAt = broken == Breakage.PrimaryNotLookedAt };
        var state = new EtcdState("old", Etcd.Members.Select(node => node.Name));
        state.Keys[SimulatedPatroni.Leader] = With(NodeRole.Postgres).First().Name;
        state.Keys[SimulatedPatroni.ConfigurationKey] = SimulatedPatroni.Configuration;
        foreach (var node in Etcd.Members)
        {
            var data = new EtcdData($"old on {node.Name}", state) { WasUsed = true };
            _old.Add(data);
            node.Units[SimulatedEtcd.Unit] = new SimulatedUnit(SimulatedEtcd.Unit);
            node.Files.MakeDirectory(SimulatedEtcd.Directory, SimulatedEtcd.User);
            node.Files.MakeDirectory(SimulatedEtcd.Member, SimulatedEtcd.User, data);
            node.Files.MakeDirectory(SimulatedEtcd.Member + "/wal", SimulatedEtcd.User);
        }

        foreach (var node in With(NodeRole.Postgres))
        {
            node.Units[SimulatedPatroni.Unit] = new SimulatedUnit(SimulatedPatroni.Unit);
            SimulatedPostgres.Fill(node, node.Name == "pg-a" ? _oldPrimary : new PostgresData($"old on {node.Name}"));
        }

        Session = Open(definition => definition.Name != SimulatedTopology.Elsewhere);
        SessionElsewhere = Open(definition => definition.Name == SimulatedTopology.Elsewhere);
    }

    public Breakage Broken { get; }

    /// <summary>Whether members' nodes are started anew now and then.</summary>
    public bool Restarts { get; init; }

    /// <summary>Whether servers' nodes are too.</summary>
    public bool Failovers { get; init; }

    /// <summary>Whether servers' nodes are started anew while they are kept off.</summary>
    public bool RestartsFenced { get; init; }

    public Lifetime Life { get; }

    public SimulatedJournals Here { get; }

    public IReadOnlyList<SimulatedNode> Nodes { get; }

    public SimulatedEtcd Etcd { get; }

    public SimulatedPatroni Patroni { get; }

    public SimulatedPostgres Postgres { get; }

    public DeploymentSession Session { get; }

    /// <summary>The session of somebody who reaches another node, and etcd: no node has the locks of both.</summary>
    public DeploymentSession SessionElsewhere { get; }

    /// <summary>What must never happen, and did.</summary>
    public List<string> Violations { get; } = [];

    public int Draw(int below) => _random.Next(below);

    /// <summary>It happened: this life has shown all that it can.</summary>
    public void Violate(string what)
    {
        Violations.Add(what);
        Life.End();
    }

    /// <summary>The cluster that the tool makes under a token from the snapshot, whose leader key names who led then; or from the seed of a fresh one.</summary>
    public EtcdState RestoredAs(string token, bool isFresh)
    {
        if (!_restored.TryGetValue(token, out var state))
        {
            _restored[token] = state = new EtcdState(token, Etcd.Members.Select(node => node.Name)) { IsFresh = isFresh };
            state.Keys[SimulatedPatroni.ConfigurationKey] = SimulatedPatroni.Configuration;
            if (!isFresh)
            {
                state.Keys[SimulatedPatroni.Leader] = With(NodeRole.Postgres).Last().Name;

                // A run held the lease when the snapshot was taken. etcd brings leases back too, each with its whole time.
                state.Keys[SimulatedRuns.Lease] = """{"run":"long-ago","owner":"someone@somewhere","since":"2026-01-01T00:00:00+00:00","fence":0}""";
                state.Leases[1] = SimulatedRuns.Lease;
            }
        }

        if (state.IsFresh != isFresh)
        {
            Violate($"one member of {token} begins with the snapshot, and another with the seed");
        }

        return state;
    }

    /// <summary>Two members are lost, and with them the quorum: they are stopped, as after the loss of their power.</summary>
    public void LoseQuorum()
    {
        Patroni.MayDemote = true;
        foreach (var node in Etcd.Members.SkipLast(1))
        {
            node.Units[SimulatedEtcd.Unit].IsActive = false;
        }
    }

    /// <summary>What goes on beside a run may go on now.</summary>
    public void Beat()
    {
        if (_isBeating || Life.IsDead || _beats.Count == 0 || Draw(20) != 0)
        {
            return;
        }

        _isBeating = true;
        try
        {
            foreach (var beat in _beats.ToList())
            {
                beat(CancellationToken.None).GetAwaiter().GetResult();
            }
        }
        finally
        {
            _isBeating = false;
        }
    }

    /// <summary>Starts a service.</summary>
    /// <param name="node">The node.</param>
    /// <param name="unit">The service.</param>
    /// <param name="byUs">Whether a run did; false where the node was started anew.</param>
    public void Start(SimulatedNode node, SimulatedUnit unit, bool byUs = true)
    {
        unit.Pid++;
        unit.IsFrozen = false;
        if (unit.Name == SimulatedEtcd.Unit)
        {
            Etcd.Start(node, byUs);
        }
        else
        {
            unit.IsActive = true;
        }
    }

    /// <summary>A service was stopped in order.</summary>
    public void Stopped(SimulatedNode node, string unit)
    {
        if (unit == SimulatedPatroni.Unit)
        {
            Patroni.GoDown(node);
        }
    }

    /// <summary>A node is off for a while, and its PostgreSQL with it.</summary>
    public void GoDown(SimulatedNode node)
    {
        if (node.Units.ContainsKey(SimulatedPatroni.Unit))
        {
            Patroni.GoDown(node);
            for (var rounds = Draw(SimulatedPatroni.Expiry * 3); rounds > 0; rounds--)
            {
                Patroni.GoOn();
            }
        }
    }

    /// <summary>A fencing number was given out.</summary>
    public void Fenced(SimulatedNode node, long before, long number)
    {
        if (number <= before)
        {
            Violate($"{node.Name} gave out {number} after {before}");
        }
    }

    /// <summary>What may have its effect once on a node in a run had it.</summary>
    public void Effect(SimulatedNode node, string what)
    {
        if (!_effects.Add((SimulatedLock.Run(node) ?? "", node.Name, what)))
        {
            Violate($"{what} on {node.Name} twice");
        }
    }

    /// <summary>A node was started anew: what was done to its processes is undone.</summary>
    public void Forget(SimulatedNode node) => _effects.RemoveWhere(effect => effect.Node == node.Name);

    /// <summary>Something may have changed: time goes on, and what must always hold is looked at.</summary>
    public void Changed()
    {
        Patroni.GoOn();
        if (Etcd.AllServing is { Count: > 1 } serving)
        {
            Violate($"{string.Join(" and ", serving.Select(state => state.Cluster))} serve at once");
        }

        if (Nodes.SelectMany(node => node.Files.Clusters).Count(data => data == _oldPrimary) is not 1 and var copies)
        {
            Violate($"the old primary's data is there {copies.ToString(CultureInfo.InvariantCulture)} times");
        }

        List<EtcdData> there = [.. Etcd.Members.SelectMany(node => node.Files.Data)];
        _used.UnionWith(there.Where(data => data.WasUsed));
        foreach (var lost in _used.Union(_old).Where(data => there.Count(one => one == data) != 1))
        {
            Violate($"the data {lost.Name} is there {there.Count(one => one == lost).ToString(CultureInfo.InvariantCulture)} times");
        }
    }

    /// <summary>So much time passes that what nobody renews is over.</summary>
    public void LetLeasesEnd()
    {
        foreach (var state in Etcd.AllServing)
        {
            foreach (var lease in state.Leases.Keys.ToList())
            {
                state.End(lease);
            }
        }
    }

    /// <summary>Work that goes on by itself may not have ended yet when somebody looks.</summary>
    public void LetWorkGoOn()
    {
        foreach (var work in Nodes.SelectMany(node => node.Works.Values))
        {
            work.LooksLeft = Draw(2);
        }
    }

    /// <summary>All that lasts, in words: two runs that end alike leave it alike. The journal of another run is not the run's to clear, and what lies under /run ends with the boot.</summary>
    public string Describe() => string.Join('\n', Nodes.Where(node => node.Name != SimulatedTopology.Elsewhere).Select(node =>
        $"{node.Name}: {string.Join(", ", node.Units.Values.Select(unit => $"{unit.Name} {unit.ActiveState}{(unit.IsFrozen ? " frozen" : "")}"))}; "
        + string.Join(", ", node.Files.All.Where(file => !file.Key.Contains(SimulatedRuns.Another, StringComparison.Ordinal) && !file.Key.StartsWith("/run", StringComparison.Ordinal)).Select(file => $"{file.Key} {file.Value.Owner} {file.Value.Data?.Name}{file.Value.Cluster?.Describe()}"))))
        + $"\nprimary {string.Join(',', Patroni.Primaries)}, etcd {Etcd.Serving?.Cluster}, leader {Etcd.Serving?.Keys.GetValueOrDefault(SimulatedPatroni.Leader)}";

    private DeploymentSession Open(Func<DrTopologyNode, bool> sees)
    {
        var reach = new DeploymentReach(
            definition => sees(definition) ? Nodes.First(node => node.Definition == definition) : new UnseenNode(definition),
            target => new EtcdWire(new SimulatedEtcdCalls(Etcd, Nodes.First(node => node.Name == target.Name), Life, Changed), SimulatedEtcdCalls.Web()),
            node => new PatroniRest(node, SimulatedTopology.Of.Patroni!, new AnswerHandler(() => Patroni.Answer(Nodes.First(one => one.Name == node.Name)))),
            Patroni.Postgres,
            Here,
            (_, beat) => new Beating(_beats, beat));
        return DeploymentSession.Of(SimulatedTopology.Of, reach);
    }

    public IEnumerable<SimulatedNode> With(NodeRole role) => Nodes.Where(node => node.Definition.Roles.Contains(role));

    private sealed class Beating : IAsyncDisposable
    {
        private readonly List<Func<CancellationToken, Task>> _all;
        private readonly Func<CancellationToken, Task> _beat;

        public Beating(List<Func<CancellationToken, Task>> all, Func<CancellationToken, Task> beat)
        {
            (_all, _beat) = (all, beat);
            all.Add(beat);
        }

        public ValueTask DisposeAsync()
        {
            _all.Remove(_beat);
            return ValueTask.CompletedTask;
        }
    }
}
