using System.Globalization;
using ZabbixDR.Lab;

namespace ZabbixDR.Benchmarks;

/// <summary>P6: a whole point-in-time recovery, against a shell script that drives the same commands over OpenSSH and looks at nothing, on a lab that is up.</summary>
internal static class RecoveryBenchmark
{
    private const double Goal = 1.10;

    // Several times what 5 GiB take on two cores.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);

    // What the runbook does, in its order, without what it does to be sure: no plan, no lock, no journal, no second look. Zabbix's servers are stopped at once, the rest one by one.
    private const string Rival =
        """
        set -eu
        folder=$1 leader=$2 leader_address=$3 standby_address=$4 zabbix=$5
        data=/var/lib/postgresql/17/main bin=/usr/lib/postgresql/17/bin
        target=$(cat "$folder/bench.target")
        on() { address=$1; shift; ssh -F none -i "$folder/id_ed25519" -o UserKnownHostsFile="$folder/known_hosts" -o BatchMode=yes -o ControlMaster=auto -o ControlPath="$folder/bench-%h" -o ControlPersist=300 "zabbixdr@$address" "$@"; }
        all() { for address in $zabbix; do on "$address" "$1" & done; wait; }
        own() { on "$leader_address" "cd /; sudo -u postgres psql -XAtq -h /tmp -d zabbix $1"; }
        archived() { until on "$leader_address" "sudo test -e $data/pg_wal/archive_status/$1.done"; do sleep 0.3; done; }
        start() { on "$leader_address" "cd /; sudo -u postgres $bin/pg_ctl -D $data -w -t 600 -s -l /tmp/bench.log -o '-c listen_addresses= -c unix_socket_directories=/tmp -c hot_standby=off -c synchronous_standby_names= -c archive_mode=on $1' start"; }
        stop() { on "$leader_address" "cd /; sudo -u postgres $bin/pg_ctl -D $data -w -t 600 -s -m fast stop"; }
        trap 'for control in "$folder"/bench-*; do ssh -F none -S "$control" -O exit any 2>/dev/null || :; done' EXIT

        archived "$(on "$leader_address" "cd /; sudo -u postgres psql -XAtq -d zabbix -c \"SELECT pg_walfile_name(pg_logical_emit_message(true, 'bench', ''))\" -c 'SELECT pg_switch_wal()'" | head -n 1)"
        all 'sudo systemctl stop zabbix-server'
        on "$standby_address" 'sudo systemctl stop patroni'
        on "$leader_address" 'sudo systemctl stop patroni'
        on "$leader_address" "sudo mv $data $data.before-bench && sudo install -d -m 0700 -o postgres -g postgres $data"
        on "$leader_address" "cd /; sudo -u postgres pgbackrest --stanza=zabbix-cluster --type=time --target='$target' --target-action=promote --log-level-console=off restore"
        start '-c archive_command='
        # Without hot standby pg_ctl is content with a server that still recovers.
        until own "-c 'SELECT 1'" 2>/dev/null | grep -qx 1; do sleep 0.2; done
        own "-c 'SELECT mandatory FROM dbversion' -c 'SELECT count(*) FROM hosts' -c 'SELECT count(*) FROM items'" >"$folder/bench.checked"
        stop
        start ''
        own '-c CHECKPOINT'
        archived "$(own "-c 'SELECT pg_walfile_name(pg_switch_wal())'")"
        stop
        on "$leader_address" 'sudo systemctl start patroni'
        waited=0
        until curl -sf "http://$leader_address:8008/primary" >/dev/null; do
            sleep 0.5; waited=$((waited + 1))
            # As long as the runbook waits before it tells Patroni.
            if [ $((waited % 12)) = 0 ]; then curl -s -d "{\"candidate\": \"$leader\"}" "http://$leader_address:8008/failover" >/dev/null; fi
        done
        all 'sudo systemctl start zabbix-server'
        on "$standby_address" 'sudo systemctl start patroni'
        until on "$leader_address" "cd /; sudo -u postgres psql -XAtq -d zabbix -c 'SELECT count(*) FROM ha_node WHERE status = 3 AND lastaccess > extract(epoch FROM now()) - 10'" | grep -qx 1; do sleep 0.5; done
        on "$leader_address" 'cd /; sudo -u postgres pgbackrest --stanza=zabbix-cluster --type=full --no-expire-auto --log-level-console=off backup'
        until on "$leader_address" "cd /; sudo -u postgres psql -XAtq -c \"SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum')\"" | grep -qx 1; do sleep 0.5; done
        """;

    /// <param name="rounds">How many pairs.</param>
    /// <param name="gibibytes">How much the database is made to grow first.</param>
    public static async Task<bool> RunAsync(int rounds, int gibibytes)
    {
        var lab = TwoSiteLab.Open(Environment.GetEnvironmentVariable("ZABBIXDR_LAB") ?? "default");
        var pwsh = ImportBenchmark.FindPwsh() ?? throw new InvalidOperationException("there is no pwsh on PATH");
        await lab.WaitHealthyAsync();
        var leader = await lab.LeaderAsync();
        await lab.QueryAsync(leader, "zabbix", "DROP TABLE IF EXISTS bench_undone, bench_filler");
        if (gibibytes > 0)
        {
            // A row takes a kilobyte of the table.
            await lab.ExecCheckedAsync(leader, ["runuser", "-u", "postgres", "--", "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", "zabbix", "-c", $"CREATE TABLE bench_filler AS SELECT n, repeat(md5(n::text), 30) AS filler FROM generate_series(1, {gibibytes} * 1000000) n"], s_limit);
        }

        var standby = lab.Hosts.Single(host => host.Role == LabPlan.PostgresRole && host.Name != leader);
        var zabbix = string.Join(' ', lab.Hosts.Where(host => host.Role == LabPlan.ZabbixRole).Select(host => host.Address));
        var state = Directory.CreateTempSubdirectory("zabbixdr-bench-").FullName;
        try
        {
            var target = Path.Combine(lab.OperatorFolder, "bench.target");
            var ours = $"Import-Module '{Repository.StagedModule}'; Connect-DrDeployment '{lab.TopologyFile}' -WarningAction Ignore; Restore-PgPointInTime -TargetTime (Get-Content '{target}') -Confirm:$false";
            string[] inside = ["nsenter", $"--net=/run/netns/{lab.NetworkNamespace}", "--"];
            Console.WriteLine($"P6: a point-in-time recovery of {await lab.QueryAsync(leader, "zabbix", "SELECT pg_size_pretty(pg_database_size('zabbix'))")}, {rounds} pairs");
            var duel = new Duel(
                new Candidate("shell script", [.. inside, "timeout", $"{s_limit.TotalSeconds}", "bash", "-c", Rival, "bench", lab.OperatorFolder, leader, lab.Plan.Host(leader).Address, standby.Address, zabbix]),
                new Candidate("Restore-PgPointInTime", [.. inside, pwsh, "-NoProfile", "-NonInteractive", "-Command", $"$ErrorActionPreference = 'Stop'; {ours}"])
                {
                    Environment = new Dictionary<string, string> { ["XDG_STATE_HOME"] = state },
                })
            {
                Prepare = () => PrepareAsync(lab, leader, target),
            };
            var pairs = await duel.FightAsync(rounds);
            duel.Print(pairs);
            var ratio = Duel.Row("time, ours / the script's", pairs.Select(pair => pair.Ours.Elapsed / pair.Base.Elapsed));
            return Duel.Judge(string.Create(CultureInfo.InvariantCulture, $"at most {Goal:0.00} of the script's time (median of the pairs)"), ratio <= Goal);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    // A healthy cluster with a full backup, and behind the target something to be undone.
    private static async Task PrepareAsync(TwoSiteLab lab, string leader, string target)
    {
        foreach (var host in lab.Hosts.Where(host => host.Role == LabPlan.PostgresRole))
        {
            await lab.ExecCheckedAsync(host.Name, "sh", "-c", "rm -rf /var/lib/postgresql/17/main.before-* /tmp/bench.log");
        }

        await lab.WaitHealthyAsync();
        if (await lab.QueryAsync(leader, "zabbix", "SELECT to_regclass('bench_undone') IS NOT NULL") == "t")
        {
            throw new InvalidOperationException("the recovery before this did not undo what it was to undo");
        }

        await lab.ExecCheckedAsync(leader, ["runuser", "-u", "postgres", "--", "pgbackrest", "--stanza=zabbix-cluster", "--type=full", "--log-level-console=off", "backup"], s_limit);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await File.WriteAllTextAsync(target, await lab.QueryAsync(leader, "zabbix", "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US\"+00\"')"));
        await lab.QueryAsync(leader, "zabbix", "CREATE TABLE bench_undone ()");
    }
}
