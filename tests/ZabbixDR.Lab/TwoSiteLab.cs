namespace ZabbixDR.Lab;

/// <summary>
/// A lab that was brought up, for tests: its files, its hosts, and every disaster that can be had.
/// Works from this machine's own network namespace and from the lab's router's.
/// </summary>
public sealed class TwoSiteLab
{
    private static readonly TimeSpan DefaultLimit = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, HostMachine> _machines;

    internal TwoSiteLab(LabPlan plan)
    {
        Plan = plan;
        Paths = new LabFolder(plan);
        Network = new LabNetwork(plan);
        Health = new ClusterHealth(this);
        DelayLine = new DelayLine(this);
        ObjectStore = new ObjectStore(this);
        _machines = plan.Hosts.ToDictionary(host => host.Name, host => new HostMachine(Paths, Network, host));
    }

    /// <summary>The lab of that name, as it was brought up.</summary>
    /// <exception cref="LabException">There is none.</exception>
    public static TwoSiteLab Open(string name = "default")
    {
        var record = LabFolder.Read(name) ?? throw new LabException($"no lab '{name}' is up; start it with: up --name {name}");
        return new TwoSiteLab(record.PlanOf(name));
    }

    public LabPlan Plan { get; }

    public IReadOnlyList<LabHost> Hosts => Plan.Hosts;

    /// <summary>Everything that belongs to this lab.</summary>
    public string Folder => Paths.Path;

    /// <summary>What a management host would have: keys, certificates, secrets, the topology file.</summary>
    public string OperatorFolder => Paths.Operator;

    public string TopologyFile => Path.Combine(OperatorFolder, ZabbixDR.Lab.OperatorFolder.TopologyName);

    /// <summary>The pgBackRest repository, /mnt/backup/pgbackrest on both PostgreSQL hosts, as a path of this machine.</summary>
    public string SharedRepositoryFolder => Path.Combine(Paths.Shared, "pgbackrest");

    /// <summary>The network namespace of the router, from which all hosts are reached.</summary>
    public string NetworkNamespace => Network.RouterNamespace;

    internal LabFolder Paths { get; }

    internal LabNetwork Network { get; }

    internal ClusterHealth Health { get; }

    internal DelayLine DelayLine { get; }

    internal ObjectStore ObjectStore { get; }

    internal HostMachine Machine(string host) => _machines[Plan.Host(host).Name];

    public bool IsRunning(string host) => Machine(host).IsRunning;

    /// <summary>Runs a program on a host as root, without SSH, and returns whatever came of it.</summary>
    /// <exception cref="LabException">The host is off, or the limit (a minute by default) was reached.</exception>
    public Task<CommandOutcome> ExecAsync(
        string host, IReadOnlyList<string> argv, TimeSpan? limit = null, string? input = null, CancellationToken cancellation = default) =>
        Machine(host).ExecAsync(argv, limit ?? DefaultLimit, input, cancellation);

    /// <inheritdoc cref="ExecAsync(string, IReadOnlyList{string}, TimeSpan?, string?, CancellationToken)"/>
    public Task<CommandOutcome> ExecAsync(string host, params string[] argv) => ExecAsync(host, argv, null);

    /// <summary>As ExecAsync, and demands exit code 0.</summary>
    /// <exception cref="LabException">As ExecAsync, or the exit code is another; the message holds what the program said.</exception>
    public async Task<CommandOutcome> ExecCheckedAsync(
        string host, IReadOnlyList<string> argv, TimeSpan? limit = null, string? input = null, CancellationToken cancellation = default) =>
        (await ExecAsync(host, argv, limit, input, cancellation)).OrThrow(host);

    /// <inheritdoc cref="ExecCheckedAsync(string, IReadOnlyList{string}, TimeSpan?, string?, CancellationToken)"/>
    public Task<CommandOutcome> ExecCheckedAsync(string host, params string[] argv) => ExecCheckedAsync(host, argv, null);

    /// <summary>The answer of psql on a host, as postgres: one line a row, fields parted by |.</summary>
    public async Task<string> QueryAsync(string host, string database, string sql, CancellationToken cancellation = default) =>
        (await TryQueryAsync(host, database, sql, cancellation)).OrThrow(host).Output.TrimEnd();

    /// <summary>A file of a running host, as a path of this machine. Links in it that are absolute lead astray.</summary>
    public string HostFile(string host, string absolutePath) => Machine(host).File(absolutePath);

    /// <summary>The host that leads: Patroni runs there as leader, and PostgreSQL is not in recovery.</summary>
    /// <exception cref="LabException">None does.</exception>
    public async Task<string> LeaderAsync(CancellationToken cancellation = default) =>
        await Health.LeaderAsync(cancellation) ?? throw new LabException("no PostgreSQL host leads");

    /// <summary>Cuts the power of a host, or of all hosts of a site at once.</summary>
    public Task KillAsync(string hostOrSite, CancellationToken cancellation = default) =>
        Task.WhenAll(Plan.HostOrSite(hostOrSite).Select(host => Machine(host.Name).KillAsync(cancellation)));

    /// <summary>Powers on a host, or all hosts of a site, and waits until they have booted.</summary>
    public Task StartAsync(string hostOrSite, CancellationToken cancellation = default) => StartAsync(Plan.HostOrSite(hostOrSite), cancellation);

    /// <summary>Drops all packets between two sites; the operator still reaches both.</summary>
    public Task CutAsync(string site = "A", string other = "B", CancellationToken cancellation = default) => Network.CutAsync(site, other, cancellation);

    /// <summary>Undoes every cut.</summary>
    public Task HealAsync(CancellationToken cancellation = default) => Network.HealAsync(cancellation);

    /// <summary>Makes every packet between sites take that much longer, each way; zero ends it.</summary>
    public Task DelayAsync(TimeSpan delay, CancellationToken cancellation = default) => DelayLine.SetAsync(delay, cancellation);

    /// <summary>Starts the lab's object store, an S3 server over TLS that <see cref="LabS3"/> describes; the first time on a machine it is fetched from npm.</summary>
    public Task StartS3Async(CancellationToken cancellation = default) => ObjectStore.StartAsync(Phases.Silent(), cancellation);

    /// <summary>Ends the object store, as an outage does; it holds what it held when it is started again, until the lab is reset.</summary>
    public Task StopS3Async(CancellationToken cancellation = default) => ObjectStore.StopAsync(cancellation);

    /// <summary>Stops a host's sshd in mid-flight: connections open and nothing is ever said on them.</summary>
    public Task HangAsync(string host)
    {
        Machine(host).Hang();
        return Task.CompletedTask;
    }

    /// <summary>Lets a hung sshd go on.</summary>
    public Task ResumeAsync(string host)
    {
        Machine(host).Resume();
        return Task.CompletedTask;
    }

    /// <summary>Puts the whole lab back to its saved state, links and lines included.</summary>
    public Task ResetAsync(CancellationToken cancellation = default) => Lifecycle.ResetAsync(this, Phases.Silent(), cancellation);

    /// <summary>Waits until etcd, Patroni with a sync standby, and Zabbix with active and standby are all well.</summary>
    /// <exception cref="LabException">They were not within the limit, three minutes by default; the message says what was missing.</exception>
    public Task WaitHealthyAsync(TimeSpan? limit = null, CancellationToken cancellation = default) =>
        Wait.UntilAsync($"lab {Plan.Name} to be healthy", limit ?? TimeSpan.FromMinutes(3), Health.MissingAsync, cancellation);

    internal async Task StartAsync(IReadOnlyList<LabHost> hosts, CancellationToken cancellation)
    {
        var record = LabFolder.Read(Plan.Name) ?? throw new LabException($"lab {Plan.Name} is not up");
        foreach (var host in hosts)
        {
            IReadOnlyList<string> layers = record.Saved is null ? [record.Tree] : [SavedState.LayerOf(record.Saved, host.Name), record.Tree];
            await Machine(host.Name).StartAsync(layers, host.Role == LabPlan.PostgresRole ? Paths.Shared : null, cancellation);
        }

        await Task.WhenAll(hosts.Select(host => Machine(host.Name).WaitBootedAsync(cancellation)));
    }

    internal Task PowerOffAsync(CancellationToken cancellation) =>
        Task.WhenAll(Hosts.Select(host => Machine(host.Name).PowerOffAsync(cancellation)));

    internal Task<CommandOutcome> TryQueryAsync(string host, string database, string sql, CancellationToken cancellation) =>
        ExecAsync(host, ["runuser", "-u", "postgres", "--", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database], null, sql, cancellation);
}
