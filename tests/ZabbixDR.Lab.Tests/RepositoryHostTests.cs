namespace ZabbixDR.Lab.Tests;

/// <summary>A repository on a host of its own, beside the one that the PostgreSQL nodes reach by themselves.</summary>
[Collection(LabTestGroup.Name)]
public sealed class RepositoryHostTests(LabFixture fixture) : IAsyncLifetime
{
    private const string Host = "etcd-3";
    private const string User = "pgbackrest";
    private const string Folder = "/var/backups/hosted";
    private const string Configuration = "/etc/pgbackrest/pgbackrest.conf";
    private const string Logs = "/var/log/pgbackrest";
    private const string Keys = "/var/lib/postgresql/.ssh";
    private static readonly string[] s_servers = ["pg-siteA", "pg-siteB"];
    private NodeFileKept _kept = null!;
    private string _topology = "";

    private string HostAddress => fixture.Lab.Plan.Host(Host).Address;

    public async Task InitializeAsync()
    {
        _kept = await NodeFileKept.OfAsync(fixture.Lab, Configuration, s_servers);
        await RunAsync(Host, $"useradd --system --create-home --shell /bin/bash {User} && install -d -o {User} -g {User} -m 0750 {Folder} && chown {User}:{User} {Logs}");
        var key = await MakeKeyAsync(Host, User, $"/home/{User}/.ssh");
        foreach (var server in s_servers)
        {
            var own = await MakeKeyAsync(server, "postgres", Keys);
            await RunAsync(server, $"printf '%s' '{key}' >{Keys}/authorized_keys && ssh-keyscan -t ed25519 {HostAddress} >{Keys}/known_hosts && chown -R postgres:postgres {Keys}");
            await RunAsync(Host, $"printf '%s' '{own}' >>/home/{User}/.ssh/authorized_keys && ssh-keyscan -t ed25519 {fixture.Lab.Plan.Host(server).Address} >>/home/{User}/.ssh/known_hosts && chown -R {User}:{User} /home/{User}/.ssh");
        }

        _topology = fixture.TopologyWith(
            "  repository:\n    type: posix\n    path: /mnt/backup/pgbackrest\n",
            $"  repositories:\n    1: {{ type: posix, path: /mnt/backup/pgbackrest }}\n    2: {{ type: posix, host: {Host}, path: {Folder} }}\n",
            $"{HostAddress}\n    roles: [etcd]",
            $"{HostAddress}\n    roles: [etcd, repository]");
    }

    public async Task DisposeAsync()
    {
        await _kept.DisposeAsync();
        await Task.WhenAll(s_servers.Select(server => RunAsync(server, $"rm -rf {Keys}")));
        await RunAsync(Host, $"pkill -KILL -u {User}; chown postgres:postgres {Logs}; rm -rf {Folder} /etc/pgbackrest /tmp/pgbackrest {Logs}/*; userdel -r {User} 2>&1 | cat");
    }

    [Fact]
    public async Task Its_pgBackRest_makes_the_stanza_backs_up_verifies_and_expires_and_the_servers_archive_through_it()
    {
        var leader = await fixture.Lab.LeaderAsync();

        var installed = Run("Install-PgBackRestConfiguration -Merge").As<PgBackRestConfiguration>();
        var stanzas = Run("Initialize-PgBackRestStanza").As<PgBackRestStanza>();
        var full = Assert.Single(Run("Invoke-PgBackRestBackup Full -Repository 2").As<PgBackRestBackup>());
        var incr = Assert.Single(Run("Invoke-PgBackRestBackup Incr -Repository 2").As<PgBackRestBackup>());

        Assert.Equal([Host, .. s_servers], installed.Select(one => one.Node));
        Assert.Equal([(1, PgBackRestStanzaChange.None), (2, PgBackRestStanzaChange.Created)], stanzas.Select(stanza => (stanza.Repository, stanza.Change)));
        Assert.All(stanzas, stanza => Assert.True(stanza.IsChecked));
        Assert.Equal((Host, Host), (full.Source, incr.Source));
        Assert.Equal([full.Label, incr.Label], await LabelsOnHostAsync());
        Assert.Contains(full.WalStop!, (await RunAsync(Host, $"find {Folder}/archive -type f")).Output, StringComparison.Ordinal);
        Assert.All(Run("Test-PgBackRestConfiguration").As<TopologyCheck>(), check => Assert.True(check.Status == ReadinessStatus.Pass, $"{check}"));
        Assert.All(Run("Test-PgBackRestRepository -Repository 2 -Full").As<PgBackRestRepositoryCheck>(), check => Assert.True(check.Status == ReadinessStatus.Pass, $"{check}"));
        Assert.Equal(leader, Assert.Single(Run("Get-PgBackRestBackup -Latest -Repository 2").As<PgBackRestBackup>()).Source);
        Assert.All(Run("Debug-DrDeployment -Subject Storage").As<DrFinding>(), finding => Assert.True(finding.Status == ReadinessStatus.Pass, $"{finding}"));

        await RunAsync(Host, $"file=$(find {Folder}/backup/zabbix-cluster/{full.Label}/pg_data/base -type f | head -1) && printf X | dd of=$file bs=1 seek=20 conv=notrunc status=none && basename $file");
        var damaged = Run("Test-PgBackRestRepository -Repository 2 -Full").As<PgBackRestRepositoryCheck>().Where(check => check.Status != ReadinessStatus.Pass);
        Assert.Equal([full.Label, incr.Label], Assert.Single(damaged).SetsLost);

        Run($"Get-PgBackRestBackup -Label {incr.Label} | Remove-PgBackRestBackup");
        Assert.Equal([full.Label], await LabelsOnHostAsync());
    }

    [Fact]
    public async Task One_that_lets_nobody_in_is_told_with_its_name_and_a_repository_that_there_is_not_before_anything_is_asked()
    {
        await RunAsync(Host, $"mv /home/{User}/.ssh/authorized_keys /home/{User}/.ssh/away");

        var install = fixture.Session.Run("param($t) Install-PgBackRestConfiguration -Merge -Confirm:$false -Topology $t", _topology);
        var backup = fixture.Session.Run("param($t) Invoke-PgBackRestBackup Full -Repository 9 -Confirm:$false -Topology $t", _topology);
        var look = fixture.Session.Run("param($t) Get-PgBackRestBackup -Repository 9 -Topology $t", _topology);

        Assert.Equal(s_servers, install.Errors.Select(error => error.TargetObject));
        Assert.All(install.Errors, error => Assert.StartsWith("RepositoryUnproven,", error.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.All(install.Errors, error => Assert.Contains(HostAddress, error.Exception.Message, StringComparison.Ordinal));
        Assert.All([backup, look], run => Assert.StartsWith("RepositoryUnknown,", run.SingleError.FullyQualifiedErrorId, StringComparison.Ordinal));
        Assert.All(s_servers, server => Assert.DoesNotContain("repo2", File.ReadAllText(fixture.Lab.HostFile(server, Configuration)), StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_stanza_waits_for_the_lock_that_a_push_of_WAL_holds_there_and_tells_where_it_is_when_it_stays()
    {
        const string archiveLock = "/tmp/pgbackrest/zabbix-cluster-archive-1.lock";
        Run("Install-PgBackRestConfiguration -Merge");
        await RunAsync(Host, $"install -d -o {User} -g {User} -m 0770 /tmp/pgbackrest; setsid -f runuser -u {User} -- flock {archiveLock} sleep 60 >/dev/null 2>&1; until pgrep -u {User} -x sleep >/dev/null; do sleep 0.1; done");

        var refused = fixture.Session.Run("param($t) Initialize-PgBackRestStanza -TimeLimit 10s -SkipCheck -Confirm:$false -Topology $t", _topology).SingleError;

        Assert.StartsWith("LockHeld,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains($"{archiveLock} is held on {HostAddress}", refused.Exception.Message, StringComparison.Ordinal);
        await RunAsync(Host, $"! ls {Folder}/archive/zabbix-cluster/archive.info");

        var given = Task.Delay(TimeSpan.FromSeconds(4)).ContinueWith(_ => RunAsync(Host, $"pkill -u {User} -x sleep"), TaskScheduler.Default).Unwrap();
        Assert.Equal([1, 2], Run("Initialize-PgBackRestStanza").As<PgBackRestStanza>().Select(stanza => stanza.Repository));
        await given;
        await RunAsync(Host, $"ls {Folder}/archive/zabbix-cluster/archive.info");
    }

    // In a scope of its own: the session is everybody's.
    private ScriptRun Run(string command) => fixture.Session.Run($"param($t) & {{ $PSDefaultParameterValues = @{{ '*:Topology' = $t; '*:Confirm' = $false }}; {command} }}", _topology).Require();

    private async Task<string> MakeKeyAsync(string host, string user, string folder)
    {
        await RunAsync(host, $"install -d -m 0700 {folder} && rm -f {folder}/id_ed25519* && ssh-keygen -q -t ed25519 -N '' -f {folder}/id_ed25519 && chown -R {user}:{user} {folder}");
        return (await RunAsync(host, $"cat {folder}/id_ed25519.pub")).Output;
    }

    private async Task<IReadOnlyList<string>> LabelsOnHostAsync() =>
        [.. (await RunAsync(Host, $"runuser -u {User} -- pgbackrest --stanza=zabbix-cluster --log-level-console=off info --output=json | jq -r '.[0].backup[].label'")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    private Task<CommandOutcome> RunAsync(string host, string script) => fixture.Lab.ExecCheckedAsync(host, ["sh", "-c", script], TimeSpan.FromMinutes(1));
}
