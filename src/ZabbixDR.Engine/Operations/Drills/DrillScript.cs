using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Zabbix;

namespace ZabbixDR.Engine.Operations.Drills;

/// <summary>
/// The work of a drill on its node, as one transient unit: it goes on where the connection breaks, is ended with every process that it started, and what it made is removed
/// by systemd when it has ended, however it did. Its output is what the programs say, and lines of its own, which <see cref="DrillOutput"/> reads.
/// </summary>
/// <param name="Id">The drill's id.</param>
/// <param name="Place">Where it works.</param>
/// <param name="Way">The set and the timeline.</param>
/// <param name="Goal">Where the recovery shall stop.</param>
/// <param name="Request">What was asked for.</param>
internal sealed record DrillScript(string Id, DrillPlace Place, RecoveryWay Way, PgRecoveryGoal Goal, DrillRequest Request)
{
    private const string Prefix = "zabbixdr-drill-";
    private const string Step = "drill";

    // Whether the server takes connections stands in its own file (PM_STATUS_READY in src/include/utils/pidfile.h): to ask for one would be an error in its log.
    // What a drill left whose node lost its power, or that was kept and ended by hand, goes first. A check's failure does not end it; one of the restore or of the recovery does.
    private const string Script =
        """
        set -eu
        scratch=$1 user=$2 bin=$3 reserve=$4 keep=$5; shift 5
        restore=$1 folder=$2 serve=$3 tables=$4 content=$5 amcheck=$6 stop=$7 checksums=$8
        tell() { printf '@%s %s\n' "$1" "$(date +%s.%N)"; }
        as() { eval "runuser -u \"\$user\" -- $1"; }
        check() {
            tell "begin $1"
            if as "$2" >"$scratch/said" 2>&1; then code=0; else code=$?; fi
            tell "end $1"
            head -n 40 "$scratch/said" | sed "s/^/@said $1 /"
            echo "@code $1 $code"
        }
        start() {
            as "$serve" &
            server=$!
            until sed -n 8p "$scratch/data/postmaster.pid" 2>/dev/null | grep -q '^ready'; do
                kill -0 "$server" 2>/dev/null || exit 1
                if [ "$(df --block-size=1 --output=avail -- "$scratch" | tail -n 1)" -lt "$reserve" ]; then echo "@full $reserve"; exit 1; fi
                sleep 0.5
            done
        }
        renice -n 19 -p $$ >/dev/null
        ionice -c 3 -p $$ 2>/dev/null || echo "@warn the kernel gives no idle priority for input and output"
        over() { case $(systemctl show --property=ActiveState --value -- "$1.service") in inactive|failed) [ -d "$old" ] ;; *) return 1 ;; esac; }
        for old in "${scratch%/*}"/zabbixdr-drill-*; do
            id=${old##*/zabbixdr-drill-}
            if over "zabbixdr-$id-drill"; then rm -rf -- "$old" "/var/lib/zabbixdr/server-$id"; fi
        done
        for old in /var/lib/zabbixdr/units/zabbixdr-*-drill; do
            if over "${old##*/}"; then rm -rf -- "$old"; fi
        done
        install -d -m 0700 -- "$scratch" "$scratch/data" "$scratch/tablespaces" "$scratch/lock"
        chown -R -- "$user:" "$scratch"
        eval "$folder"
        umask 077
        tell 'begin restore'
        as "$restore"
        tell 'end restore'
        tell 'begin recover'
        start
        tell 'end recover'
        check tables "$tables"
        if [ "$(cat "$scratch/said")" = t ]; then check content "$content"; fi
        if [ -z "$amcheck" ]; then :
        elif [ -x "$bin/pg_amcheck" ]; then check amcheck "$amcheck"
        else echo "@skip amcheck $bin/pg_amcheck is not there"
        fi
        as "$stop" >/dev/null
        wait "$server" || :
        if [ -z "$checksums" ]; then :
        elif runuser -u "$user" -- "$bin/pg_controldata" -D "$scratch/data" | grep -q '^Data page checksum version: *0$'; then echo "@skip checksums the cluster has no page checksums"
        else check checksums "$checksums"
        fi
        if [ "$keep" = yes ]; then
            start
            tell kept
            wait "$server"
        fi
        """;

    // A server of its own that does nothing by itself: no jobs of extensions, no subscriptions, no archiving, no vacuum, and memory that does not take production's.
    private static readonly string[] s_quiet =
    [
        "archive_mode=off", "shared_buffers=256MB", "huge_pages=off", "max_worker_processes=0", "max_logical_replication_workers=0", "autovacuum=off",
    ];

    // A checkpoint at the stop writes what the buffers hold, and the removal of what was restored grows with the number of its files.
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(10);

    /// <summary>Its unit.</summary>
    public UnitName Unit => new(Id, Step);

    /// <summary>Where it works; all of it goes in the end.</summary>
    public ScratchPlace Scratch => new($"{Place.Directory}/{Prefix}{Id}");

    /// <summary>The work.</summary>
    public UnitRequest ToUnit(DeploymentSession deployment)
    {
        var postgres = deployment.Topology.Postgres!;
        var server = Server(deployment);
        return new UnitRequest(
            Unit,
            "sh",
            "-c",
            Script,
            "zabbixdr",
            Scratch.Directory,
            postgres.User,
            Place.BinDirectory,
            Place.Reserve.ToString(CultureInfo.InvariantCulture),
            Request.Keep ? "yes" : "no",
            Restore(deployment),
            ShellQuoting.Quote(server.FolderCommand),
            ShellQuoting.Quote(server.Command),
            Psql(server, postgres, ZabbixContent.IsZabbixQuery),
            Psql(server, postgres, ZabbixContent.Query),
            Unless(PgDrillSubject.Amcheck, [$"{Place.BinDirectory}/pg_amcheck", .. Reached(postgres), "--all", "--install-missing", string.Create(CultureInfo.InvariantCulture, $"--jobs={Request.Processes}")]),
            Vector(server.StopCommand()),
            Unless(PgDrillSubject.Checksums, [$"{Place.BinDirectory}/pg_checksums", "--check", "-D", Scratch.DataDirectory]))
        {
            TimeLimit = Request.TimeLimit,
            StopGrace = s_grace,
            Afterwards = ShellQuoting.Quote(["rm", "-rf", "--", Scratch.Directory, StandaloneServer.FolderOf(Id)]),
        };
    }

    /// <summary>What restores, for a person.</summary>
    public string Restore(DeploymentSession deployment) => ShellQuoting.Quote(deployment.PgBackRest.RestoreBesideCommand(Place.Node, Way.Set, Goal, Way.Timeline, Scratch, Request.Processes));

    /// <summary>Dumps one table out of the instance that is kept; its name is the reader's to put in.</summary>
    public string DumpCommand(PostgresSettings postgres) =>
        $"sudo {ShellQuoting.Quote(["-u", postgres.User, $"{Place.BinDirectory}/pg_dump", .. Reached(postgres), "-d", postgres.Database, "-Fc", "-t"])} TABLE >TABLE.dump";

    /// <summary>Ends and removes the instance that is kept.</summary>
    public string EndCommand => $"sudo systemctl stop {Unit.Service}";

    private string[] Reached(PostgresSettings postgres) => ["-h", StandaloneServer.FolderOf(Id), "-p", string.Create(CultureInfo.InvariantCulture, $"{postgres.Port}")];

    private string Unless(PgDrillSubject subject, IEnumerable<string> command) => Request.Skipped.Contains(subject) ? "" : ShellQuoting.Quote(command);

    private static string Psql(StandaloneServer server, PostgresSettings postgres, string statement) =>
        ShellQuoting.Quote(["psql", .. Postgres.Psql.Arguments(server.Reached, postgres.Database, statement)]);

    private static string Vector(NodeCommand command) => ShellQuoting.Quote([command.Program, .. command.Arguments]);

    private StandaloneServer Server(DeploymentSession deployment)
    {
        string[] own = [$"data_directory={Scratch.DataDirectory}", $"external_pid_file={StandaloneServer.FolderOf(Id)}/pid", $"restore_command={deployment.PgBackRest.FetchBesideCommand(Place.Node, Way.Set.Repository, Scratch)}", .. s_quiet];
        return new StandaloneServer(Id, Place.BinDirectory, Scratch.DataDirectory, null, deployment.Topology.Postgres!)
        {
            Options = [.. StandaloneServer.OptionsFor(StandaloneServer.FolderOf(Id)), .. own.SelectMany(option => new[] { "-c", option })],
        };
    }
}
