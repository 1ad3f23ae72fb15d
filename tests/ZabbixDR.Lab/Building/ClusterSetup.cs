namespace ZabbixDR.Lab;

/// <summary>Makes a cluster out of hosts that have booted for the first time.</summary>
internal sealed class ClusterSetup(TwoSiteLab lab, LabSecrets secrets, Phases phases, CancellationToken cancellation)
{
    /// <summary>Changes with this file's steps, so that a saved state made by older ones is not taken.</summary>
    public const string Revision = "1";

    private const string ZabbixSql = "/usr/share/zabbix-server-pgsql/";

    private static readonly TimeSpan StepLimit = TimeSpan.FromMinutes(2);

    public async Task RunAsync()
    {
        await phases.RunAsync("etcd: three members, root user, authentication", SetUpEtcdAsync);
        await phases.RunAsync("pg-siteA: Patroni's first leader", () => StartPatroniAsync("pg-siteA", standby: false));
        await phases.RunAsync("pgBackRest: repository, stanza", CreateStanzaAsync);
        await phases.RunAsync("Zabbix: database", LoadZabbixAsync);
        await phases.RunAsync("Zabbix: server at site A", () => EnableAsync("zbx-siteA", "zabbix-server"));
        await phases.RunAsync("pgBackRest: full backup", () => PgBackRestAsync("--type=full", "backup"));
        foreach (var standby in lab.Plan.WithRole(LabPlan.PostgresRole).Skip(1))
            await phases.RunAsync($"{standby.Name}: standby out of the backup", () => StartPatroniAsync(standby.Name, standby: true));
        await phases.RunAsync("Zabbix: server at site B", () => EnableAsync("zbx-siteB", "zabbix-server"));
        await phases.RunAsync("everything healthy, sync standby included", () => lab.WaitHealthyAsync(cancellation: cancellation));
    }

    private async Task SetUpEtcdAsync()
    {
        await Task.WhenAll(lab.Plan.WithRole(LabPlan.EtcdRole).Select(member => EnableAsync(member.Name, "etcd")));
        await Wait.UntilAsync("a quorum of etcd", TimeSpan.FromSeconds(30), lab.Health.MissingOfEtcdAsync, cancellation);

        // The password comes from standard input, where nobody lists it.
        await CheckedAsync("etcd-1", ["etcdctl", "user", "add", "root", "--interactive=false"], secrets.Shared["etcdRootPassword"] + "\n");
        await CheckedAsync("etcd-1", ["etcdctl", "user", "grant-role", "root", "root"]);
        await CheckedAsync("etcd-1", ["etcdctl", "auth", "enable"]);
    }

    private async Task StartPatroniAsync(string host, bool standby)
    {
        await EnableAsync(host, "patroni");
        await Wait.UntilAsync($"{host} to run as {(standby ? "standby" : "leader")}", StepLimit, async token =>
            await lab.Health.PatroniAsync(host, token) is { IsRunning: true } member && member.IsLeader != standby
                ? null
                : $"Patroni says {await lab.Health.PatroniAsync(host, token)}",
            cancellation);
    }

    private async Task CreateStanzaAsync()
    {
        await CheckedAsync("pg-siteA", ["install", "--directory", "--owner=postgres", "--group=postgres", "--mode=2770", "/mnt/backup/pgbackrest"]);
        await PgBackRestAsync("stanza-create");
    }

    private async Task LoadZabbixAsync()
    {
        await lab.QueryAsync("pg-siteA", "postgres", $"create role zabbix login password '{secrets.Shared["zabbixPassword"]}'", cancellation);
        await lab.QueryAsync("pg-siteA", "postgres", "create database zabbix owner zabbix", cancellation);
        await CheckedAsync("pg-siteA",
        [
            "runuser", "-u", "postgres", "--", "sh", "-c",
            $"zcat {ZabbixSql}schema.sql.gz {ZabbixSql}images.sql.gz {ZabbixSql}data.sql.gz | PGOPTIONS='-c role=zabbix -c synchronous_commit=off' psql -q -1 -v ON_ERROR_STOP=1 -d zabbix >/dev/null",
        ]);

        // The shortest that Zabbix takes: a test of its failover should not wait for a minute.
        await lab.QueryAsync("pg-siteA", "zabbix", "update config set ha_failover_delay = '10s'", cancellation);
    }

    private Task PgBackRestAsync(params string[] arguments) =>
        CheckedAsync("pg-siteA", ["runuser", "-u", "postgres", "--", "pgbackrest", "--stanza=zabbix-cluster", .. arguments]);

    private Task EnableAsync(string host, string unit) => CheckedAsync(host, ["systemctl", "--quiet", "enable", "--now", unit]);

    private async Task CheckedAsync(string host, IReadOnlyList<string> argv, string? input = null) =>
        (await lab.Machine(host).ExecAsync(argv, StepLimit, input, cancellation)).OrThrow(host);
}
