using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Postgres;

/// <summary>
/// A PostgreSQL server that is started by a run itself, without Patroni, to recover: it listens on no network, its one socket lies in a folder that none but its
/// owner can enter, and it accepts that owner alone. It runs as a transient unit, so that it outlives our connection.
/// </summary>
/// <param name="Run">The run.</param>
/// <param name="BinDirectory">The directory of the server's programs.</param>
/// <param name="DataDirectory">The data directory.</param>
/// <param name="Elsewhere">Another data directory of the same cluster whose limits count too, such as the one that was in use before; null for none.</param>
/// <param name="Settings">What the topology says of PostgreSQL.</param>
internal sealed record StandaloneServer(string Run, string BinDirectory, string DataDirectory, string? Elsewhere, PostgresSettings Settings)
{
    // A server that is started with less of these than its primary had when the WAL was written would stop its recovery (PostgreSQL, "Hot Standby",
    // Administrator's Overview). What its primary had last stands in the control file.
    private const string StartScript =
        """
        set -eu
        bin=$1 data=$2 elsewhere=$3; shift 3
        [ -e "$data/postgresql.conf" ] || { echo "$data has no postgresql.conf: the server's configuration lies elsewhere" >&2; exit 1; }
        control() {
            for d in "$data" "$elsewhere"; do
                if [ -n "$d" ] && [ -e "$d/global/pg_control" ]; then "$bin/pg_controldata" -D "$d"; fi
            done
        }
        largest() { control | awk -F: -v name="$1 setting" '$1 == name && $2 + 0 > most { most = $2 + 0 } END { print most + 0 }'; }
        exec "$bin/postgres" -D "$data" \
            -c "max_connections=$(largest max_connections)" \
            -c "max_worker_processes=$(largest max_worker_processes)" \
            -c "max_wal_senders=$(largest max_wal_senders)" \
            -c "max_prepared_transactions=$(largest max_prepared_xacts)" \
            -c "max_locks_per_transaction=$(largest max_locks_per_xact)" \
            "$@"
        """;

    // The node may have lost its power right after the recovery ended: then the words of the server before are the only proof of where it stopped. They
    // are kept without the line that each segment has.
    private const string FolderScript =
        """
        set -eu
        folder=$1 user=$2 said=$3
        install -d -m 0700 -- "$folder"
        if [ -e "$said" ]; then
            grep -v 'LOG:  restored log file ' -- "$said" >>"$folder/log" || [ $? = 1 ]
            sync -- "$folder/log" "$folder"
        fi
        printf 'local all all peer\n' >"$folder/hba.conf"
        chown -R -- "$user:" "$folder"
        """;

    // A checkpoint at the stop writes what the buffers hold, and the archiver ends what it has begun.
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromMinutes(10);

    /// <summary>The second part of its unit's name.</summary>
    public const string Step = "server";

    /// <summary>Its unit.</summary>
    public UnitName Unit => new(Run, Step);

    /// <summary>The folder of its socket.</summary>
    public string Folder => FolderOf(Run);

    /// <summary>The program and arguments that make that folder, as root, and keep there what the server before has said.</summary>
    public IReadOnlyList<string> FolderCommand => ["sh", "-c", FolderScript, "zabbixdr", Folder, Settings.User, new UnitFolder(Unit).Output];

    /// <summary>The program and arguments that become the server, as its owner.</summary>
    public IReadOnlyList<string> Command => ["sh", .. Arguments()];

    /// <summary>What the topology says, with this server's socket in the place of the other.</summary>
    public PostgresSettings Reached => Settings with { SocketDirectory = Folder };

    /// <summary>Its settings beside those of its data directory, as they are given to it.</summary>
    /// <remarks>Without hot standby nobody reads from it before it has recovered, and no limit can stop its recovery (CheckRequiredParameterValues in xlogrecovery.c).</remarks>
    public required IReadOnlyList<string> Options { get; init; }

    /// <summary>The folder of the socket of a run's server.</summary>
    public static string FolderOf(string run) => $"/var/lib/zabbixdr/server-{run}";

    /// <summary>The settings that hold for each such server.</summary>
    public static IEnumerable<string> OptionsFor(string folder) =>
        new[]
        {
            "listen_addresses=", $"unix_socket_directories={folder}", "unix_socket_permissions=0700", $"hba_file={folder}/hba.conf", "hot_standby=off",
            "synchronous_standby_names=", "recovery_min_apply_delay=0", "recovery_end_command=", "archive_cleanup_command=", "ssl=off",
            "logging_collector=off", "log_destination=stderr", "log_line_prefix=%m [%p] ", "log_timezone=UTC", "lc_messages=C", "log_min_messages=info",
        }.SelectMany(option => new[] { "-c", option });

    /// <summary>Starts it, where it does not run.</summary>
    /// <returns>Whether it had to be started.</returns>
    /// <exception cref="DrException">Those of <see cref="NodeUnits.StartAsync"/>.</exception>
    public async Task<bool> StartAsync(IChangingNode node, CancellationToken cancellation)
    {
        var reading = await NodeUnits.FindAsync(node, Unit, cancellation).ConfigureAwait(false);
        if (reading.State == UnitState.Running)
        {
            return false;
        }

        await node.RunAsync(new ChangingCommand(FolderCommand[0], [.. FolderCommand.Skip(1)]) { User = "root", Title = $"the making of {Folder}" }, cancellation).ConfigureAwait(false);
        if (reading.State != UnitState.Absent)
        {
            await NodeUnits.ForgetAsync(node, Unit, cancellation).ConfigureAwait(false);
        }

        await NodeUnits.StartAsync(node, new UnitRequest(Unit, "sh", Arguments()) { User = Settings.User, StopGrace = s_stopLimit }, cancellation).ConfigureAwait(false);
        return true;
    }

    /// <summary>What has become of it, and what its log says.</summary>
    public async Task<(UnitReading Reading, RecoveryLog Log)> LookAsync(INode node, CancellationToken cancellation)
    {
        // The state first: what an ended server wrote is all there when it is read.
        var reading = await NodeUnits.FindAsync(node, Unit, cancellation).ConfigureAwait(false);
        if (reading.State == UnitState.Absent)
        {
            return (reading, new RecoveryLog());
        }

        var text = await NodeUnits.OutputAsync(node, Unit, cancellation).ConfigureAwait(false);
        return (reading, await WithEarlierAsync(node, RecoveryLog.Read(text.Split('\n')), cancellation).ConfigureAwait(false));
    }

    /// <summary>What its log says, with what the server before it said where it says nothing of a recovery itself.</summary>
    public async Task<RecoveryLog> WithEarlierAsync(INode node, RecoveryLog log, CancellationToken cancellation) => log.HasBegun
        ? log
        : log.After(RecoveryLog.Read((await NodeFiles.ReadTextAsync(node, $"{Folder}/log", cancellation).ConfigureAwait(false) ?? "").Split('\n')));

    /// <summary>Waits until it takes connections, or has ended.</summary>
    /// <param name="node">The node.</param>
    /// <param name="onLog">Is given what its log says, with each of its lines.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<(UnitReading Reading, RecoveryLog Log)> UntilReadyAsync(INode node, Action<RecoveryLog> onLog, CancellationToken cancellation)
    {
        var log = new RecoveryLog();
        using var ready = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var lines = new LineStream(line =>
        {
            log = log.Then(line);
            onLog(log);
            if (log.IsReady)
            {
                ready.Cancel();
            }
        });
        try
        {
            return (await NodeUnits.FollowAsync(node, Unit, 0, lines, ready.Token).ConfigureAwait(false), log);
        }
        catch (OperationCanceledException) when (log.IsReady && !cancellation.IsCancellationRequested)
        {
            return (new UnitReading(Unit, UnitState.Running), log);
        }
    }

    /// <summary>Stops it in order, where it runs: the checkpoint of its end is its last record.</summary>
    public async Task StopAsync(IChangingNode node, CancellationToken cancellation)
    {
        if ((await NodeUnits.FindAsync(node, Unit, cancellation).ConfigureAwait(false)).State == UnitState.Running)
        {
            await node.RunAsync(StopCommand(), cancellation).ConfigureAwait(false);

            // systemd learns of its end a moment later.
            await NodeUnits.EndedAsync(node, Unit, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What stops it.</summary>
    public ChangingCommand StopCommand() => Stop(BinDirectory, DataDirectory, Settings.User, "fast", s_stopLimit);

    /// <summary>Stops the server of a data directory (pg_ctl).</summary>
    public static ChangingCommand Stop(string bin, string data, string user, string mode, TimeSpan limit) => new(
        $"{bin}/pg_ctl", "stop", "-D", data, "-m", mode, "-w", "-t", string.Create(CultureInfo.InvariantCulture, $"{limit.TotalSeconds:0}"))
    {
        User = user,
        TimeLimit = limit + TimeSpan.FromSeconds(10),
    };

    /// <summary>Runs statements in a database of it, and gives what they print.</summary>
    public async Task<string> AskAsync(IChangingNode node, string database, TimeSpan limit, CancellationToken cancellation, params string[] statements) =>
        (await node.RunAsync(Psql.Command(Settings.User, Psql.Arguments(Reached, database, statements)) with { TimeLimit = limit }, cancellation).ConfigureAwait(false)).Output.Trim();

    /// <summary>What a plan shows of its start.</summary>
    public string Shown() => ShellQuoting.Quote([$"{BinDirectory}/postgres", "-D", DataDirectory, .. Options]);

    private string[] Arguments() => ["-c", StartScript, "zabbixdr", BinDirectory, DataDirectory, Elsewhere ?? "", .. Options];
}
