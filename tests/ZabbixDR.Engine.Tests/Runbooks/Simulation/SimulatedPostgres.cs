using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What a data directory of PostgreSQL holds, wherever it was moved to.</summary>
/// <param name="name">What it is called in what the tests say.</param>
internal sealed class PostgresData(string name)
{
    public string Name => name;

    public int Timeline { get; set; } = 1;

    /// <summary>It is a set that was restored, and is not recovered yet: who starts it replays, to the target or to the end of the archive.</summary>
    public bool IsRestored { get; set; }

    /// <summary>It is at the target, or follows what is.</summary>
    public bool IsRecovered { get; set; }

    /// <summary>Its server was stopped in order.</summary>
    public bool IsAtRest { get; set; }

    public string Describe() => $"{Name}, timeline {Timeline.ToString(CultureInfo.InvariantCulture)}{(IsRestored ? ", restored" : "")}{(IsRecovered ? ", recovered" : "")}";
}

/// <summary>PostgreSQL's data directories, and the servers that a run starts itself.</summary>
/// <remarks>
/// Observed on the lab: under Patroni a restored set replays to the end of the archive (PROCEDURES.md 1; PointInTimeCampaignTests, the document's own sequence); a server
/// that has recovered begins a timeline, and so does Patroni's that takes the lead; a standby is rewound (PointInTimeTests).
/// </remarks>
internal sealed class SimulatedPostgres(Action<string> violate)
{
    public const string User = "postgres";
    public const string Directory = "/var/lib/postgresql/17/main";
    public const string Bin = "/usr/lib/postgresql/17/bin";
    public const string Segment = "000000010000000000000003";
    public const string ArchiveCommand = "archive";
    public const string Archiving = "archive_command=" + ArchiveCommand;
    private const string ControlFile = "global/pg_control";
    private const string Begin = "2026-11-30 12:00:00.000 UTC [1] LOG:  ";
    private bool _isSealed;

    /// <summary>Puts data into a node's data directory.</summary>
    public static void Fill(SimulatedNode node, PostgresData data)
    {
        node.Files.MakeDirectory(Directory, User, cluster: data);
        node.Files.Write($"{Directory}/{ControlFile}", "");
    }

    /// <summary>What lies in a node's data directory; null for nothing.</summary>
    public static PostgresData? In(SimulatedNode node) => node.Files.Find(Directory)?.Cluster;

    /// <summary>The server that a run has started on a data directory; null for none.</summary>
    public static SimulatedWork? OwnServer(SimulatedNode node, string data) => node.Works.Values.FirstOrDefault(work => work.Serves == data);

    /// <summary>Whether psql is to reach the server of a run.</summary>
    public static bool IsOwn(string[] arguments) => arguments[Array.IndexOf(arguments, "-h") + 1].StartsWith("/var/lib/zabbixdr/server-", StringComparison.Ordinal);

    /// <summary>What RestoreSetStep's script does as a transient unit, phase by phase.</summary>
    public IReadOnlyList<Action> RestorePhases(SimulatedNode node, string folder, string data, string mark) =>
    [
        () => Restore(node, data),
        () => node.Files.Write(mark, ""),
        () => node.Files.Write($"{folder}/result", "result exited 0 2\n"),
    ];

    /// <summary>What a run's own server does once it is started; then it serves.</summary>
    public IReadOnlyList<Action> ServePhases(SimulatedNode node, string folder, string data)
    {
        if (node.Deployment.Patroni.Serves(node, data))
        {
            violate($"a second server was started on {data} of {node.Name}");
        }

        var served = node.Files.Find(data)?.Cluster;
        if (served is null or { IsRestored: false, IsRecovered: false })
        {
            violate($"the run's own server was started on {node.Name} on {served?.Name ?? "nothing"}");
        }

        return
        [
            () => Recover(node, served, folder),
            () => Log(node, folder, "database system is ready to accept connections"),
        ];
    }

    /// <summary>What psql prints for the statements that steps send to a run's own server.</summary>
    public CommandResult Ask(SimulatedNode node, string[] arguments)
    {
        if (OwnServer(node, Directory) is not { } server || server.Done < server.Phases.Count)
        {
            return new CommandResult(2, "", "psql: error: connection to server failed\n");
        }

        if (arguments[^1] != ArchivedWal.Query && arguments.Contains("CHECKPOINT"))
        {
            _isSealed |= server.Archives;
            return SimulatedLooks.Ok(Segment + "\n");
        }

        // Not Zabbix's: the step asks nothing more then.
        return SimulatedLooks.Ok(arguments[^1] == ArchivedWal.Query ? "" : "f\n");
    }

    /// <summary>pg_ctl stop: fails where there is no server.</summary>
    public static CommandResult Stop(SimulatedNode node, string data)
    {
        if (OwnServer(node, data) is not { } server)
        {
            return new CommandResult(1, "", "pg_ctl: PID file does not exist\nIs server running?\n");
        }

        node.Works.Remove(node.Works.Single(work => work.Value == server).Key);
        node.Files.Write($"{server.Folder}/result", "result exited 0 2\n");
        if (node.Files.Find(data)?.Cluster is { } served)
        {
            served.IsAtRest = !served.IsRestored;
        }

        return SimulatedLooks.Ok();
    }

    /// <summary>pg_controldata.</summary>
    public static CommandResult Control(SimulatedNode node, string data) =>
        SimulatedLooks.Ok($"Database cluster state:               {(node.Files.Find(data)?.Cluster is { IsAtRest: true } ? "shut down" : "in production")}\n");

    /// <summary>Patroni starts the server of its data directory.</summary>
    public void StartUnderPatroni(SimulatedNode node)
    {
        switch (In(node))
        {
            case null:
                violate($"Patroni was started on {node.Name} without data");
                break;
            case { IsRestored: true }:
                violate($"Patroni replays what is to be undone on {node.Name}");
                break;
            case var data:
                data.IsAtRest = false;
                break;
        }

        if (OwnServer(node, Directory) is not null)
        {
            violate($"Patroni was started on {node.Name} beside the run's own server");
        }
    }

    /// <summary>A server takes the lead.</summary>
    public void Promote(SimulatedNode node)
    {
        var data = In(node);
        if (_isSealed && data is not { IsRecovered: true })
        {
            violate($"{node.Name} leads with the data that was left");
        }

        if (data is { IsRecovered: true })
        {
            data.Timeline++;
        }
    }

    /// <summary>A standby follows another way than the one that it had.</summary>
    public static void Rewind(SimulatedNode node, SimulatedNode primary)
    {
        if (In(node) is { } data && In(primary) is { } leading)
        {
            (data.Timeline, data.IsRecovered) = (leading.Timeline, leading.IsRecovered);
        }
    }

    private void Restore(SimulatedNode node, string data)
    {
        if (node.Files.Find(data)?.Cluster is { IsRestored: false } other)
        {
            violate($"the set was restored on {node.Name} over the data {other.Name}");
        }

        Fill(node, new PostgresData("the set") { IsRestored = true });
    }

    private static void Recover(SimulatedNode node, PostgresData? data, string folder)
    {
        if (data is not { IsRestored: true })
        {
            return;
        }

        Log(node, folder, "starting point-in-time recovery to 1970-01-01 00:00:00+00");
        Log(node, folder, "recovery stopping before commit of transaction 7, time 1970-01-01 00:00:01+00");
        Log(node, folder, "selected new timeline ID: 2");
        Log(node, folder, "archive recovery complete");
        (data.IsRestored, data.IsRecovered, data.Timeline) = (false, true, 2);
    }

    private static void Log(SimulatedNode node, string folder, string text) => node.Files.Write($"{folder}/output", $"{node.Files.Text($"{folder}/output")}{Begin}{text}\n");
}
