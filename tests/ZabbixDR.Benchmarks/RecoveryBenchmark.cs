using System.Globalization;
using ZabbixDR.Lab;

namespace ZabbixDR.Benchmarks;

/// <summary>P6: a whole point-in-time recovery, against a shell script that drives the same commands over OpenSSH (recovery.sh), on a lab that is up.</summary>
internal static class RecoveryBenchmark
{
    private const double Goal = 1.10;
    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "recovery.sh");

    // Several times what 5 GiB take on two cores.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);

    /// <param name="rounds">How many pairs.</param>
    /// <param name="gibibytes">How much the database is made to grow first.</param>
    /// <param name="isSure">Whether the script is as careful as the runbook, or does nothing to be sure.</param>
    public static async Task<bool> RunAsync(int rounds, int gibibytes, bool isSure)
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
        var state = Directory.CreateTempSubdirectory("zabbixdr-bench-").FullName;
        try
        {
            var target = Path.Combine(lab.OperatorFolder, "bench.target");
            var ours = $"Import-Module '{Repository.StagedModule}'; Connect-DrDeployment '{lab.TopologyFile}' -WarningAction Ignore; Restore-PgPointInTime -TargetTime (Get-Content '{target}') -Confirm:$false";
            string[] inside = ["nsenter", $"--net=/run/netns/{lab.NetworkNamespace}", "--"];
            Console.WriteLine($"P6: a point-in-time recovery of {await lab.QueryAsync(leader, "zabbix", "SELECT pg_size_pretty(pg_database_size('zabbix'))")}, {rounds} pairs");
            var duel = new Duel(
                new Candidate("shell script", [.. inside, "timeout", $"{s_limit.TotalSeconds}", "bash", Script, isSure ? "sure" : "bare", lab.OperatorFolder, leader, lab.Plan.Host(leader).Address, standby.Address, Addresses(LabPlan.EtcdRole), Addresses(LabPlan.ZabbixRole)]),
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
            return Duel.Judge(string.Create(CultureInfo.InvariantCulture, $"at most {Goal:0.00} of the time of a script that {(isSure ? "is as careful" : "does nothing to be sure")} (median of the pairs)"), ratio <= Goal);
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }

        string Addresses(string role) => string.Join(' ', lab.Hosts.Where(host => host.Role == role).Select(host => host.Address));
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
