using System.Text.Json.Nodes;

namespace ZabbixDR.Lab.Tests;

/// <summary>etcd made a fresh cluster for Patroni, proven by etcdctl, patronictl and psql.</summary>
[Collection(LabTestGroup.Name)]
public sealed class EtcdFreshTests : IAsyncLifetime
{
    private const string Data = "/var/lib/etcd/default";
    private const string Scope = "/service/zabbix-cluster";
    private const string PatroniFile = "/etc/patroni/config.yml";
    private static readonly string[] s_members = ["etcd-1", "etcd-2", "etcd-3"];
    private readonly LabFixture _fixture;
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-fresh-").FullName;
    private readonly string? _stateHome = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
    private string _leader = "";
    private string _configuration = "";

    public EtcdFreshTests(LabFixture fixture) => _fixture = fixture;

    private TwoSiteLab Lab => _fixture.Lab;

    private string[] Servers => [.. Lab.Hosts.Where(host => host.Role == "postgres").Select(host => host.Name)];

    private string Password => File.ReadAllText(Path.Combine(Lab.OperatorFolder, "etcd-root-password")).Trim();

    // Failsafe mode is not in the lab's bootstrap configuration: it is there afterwards only where the configuration was carried over. And the
    // primary writes on without etcd.
    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _folder);
        _leader = await Lab.LeaderAsync();
        await EtcdctlAsync("del", "--prefix", "/zabbixdr");
        await Lab.ExecCheckedAsync(_leader, "patronictl", "-c", PatroniFile, "edit-config", "-s", "failsafe_mode=true", "--force");
        await EtcdctlAsync("user", "add", "watcher:seen");
        await EtcdctlAsync("role", "add", "looks");
        await EtcdctlAsync("role", "grant-permission", "--prefix=true", "looks", "read", $"{Scope}/");
        await EtcdctlAsync("user", "grant-role", "watcher", "looks");
        _configuration = await EtcdctlAsync("get", "--print-value-only", $"{Scope}/config");
        Assert.Contains("failsafe_mode", _configuration, StringComparison.Ordinal);
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _stateHome);
        Directory.Delete(_folder, recursive: true);
        foreach (var host in Lab.Hosts)
        {
            await Lab.ExecCheckedAsync(host.Name, "sh", "-c", $"rm -rf {Data}/member.before-* {Data}/member.undone-* /var/lib/zabbixdr/lock /var/lib/zabbixdr/runs");
        }

        await Lab.WaitHealthyAsync();
        await Lab.ExecAsync("etcd-1", "etcdctl", "user", "delete", "watcher");
        await Lab.ExecAsync("etcd-1", "etcdctl", "role", "delete", "looks");
        await Lab.ExecCheckedAsync(await Lab.LeaderAsync(), "patronictl", "-c", PatroniFile, "edit-config", "-s", "failsafe_mode=null", "--force");
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Three_members_that_lost_their_data_come_back_with_their_users_and_Patronis_configuration_and_nothing_else()
    {
        var snapshot = Save();
        await EtcdctlAsync("put", $"{Scope}/failover", """{"leader":"nobody"}""");
        await DestroyAsync();

        var run = Assert.Single(_fixture.Session.Run("param($s) $s | Restore-EtcdSnapshot -Fresh -Confirm:$false", snapshot).Require().As<DrRun>());

        Assert.Equal(DrRunStatus.Succeeded, run.Status);
        await IsFreshAsync();
        Assert.Contains("watcher", await EtcdctlAsync("user", "list"), StringComparison.Ordinal);
        Assert.Contains("failsafe_mode", (await AskAsync("etcdctl --user watcher:seen get --print-value-only " + $"{Scope}/config")).Output, StringComparison.Ordinal);
        Assert.False((await AskAsync($"etcdctl --user watcher:seen put {Scope}/config x")).Succeeded);
        Assert.Equal("", await EtcdctlAsync("get", $"{Scope}/failover"));
    }

    [Fact]
    public async Task Keys_of_others_and_a_snapshot_with_older_users_are_refused_with_nothing_changed()
    {
        var snapshot = Save();
        await EtcdctlAsync("put", "/registry/pods/one", "theirs");
        AssertRefused("EtcdServesOthers", "keys outside /service/zabbix-cluster: /registry/pods/one");
        _fixture.Session.Run("param($s) $s | Restore-EtcdSnapshot -Fresh -Force -WhatIf", snapshot).Require();
        Assert.Contains("etcdctl del '' --from-key=true", string.Join('\n', _fixture.Session.Shown), StringComparison.Ordinal);

        // Where etcd does not answer, the snapshot tells.
        var theirs = Save();
        Assert.Contains("/registry/pods", Assert.Single(_fixture.Session.Run("param($s) $s | Test-EtcdSnapshot", theirs).Require().As<EtcdSnapshotCheck>()).Folders);
        await EtcdctlAsync("del", "/registry/pods/one");

        // A password alone, which nobody can read.
        await Lab.ExecCheckedAsync("etcd-1", "sh", "-c", "echo another | etcdctl user passwd watcher --interactive=false");
        AssertRefused("SnapshotUsersOld", "or a password, were changed since");
        Assert.Empty(_fixture.Session.Run("Get-DrRun").Require().Output);

        void AssertRefused(string id, string said)
        {
            var error = _fixture.Session.Run("param($s) $s | Restore-EtcdSnapshot -Fresh -Confirm:$false", snapshot).SingleError;
            Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
            Assert.Contains(said, error.Exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Without_a_snapshot_force_sets_up_the_topologys_user_and_Patronis_own()
    {
        await EtcdctlAsync("user", "add", "patroni:patronis");
        await EtcdctlAsync("role", "add", "patroni");
        await EtcdctlAsync("role", "grant-permission", "--prefix=true", "patroni", "readwrite", $"{Scope}/");
        await EtcdctlAsync("user", "grant-role", "patroni", "patroni");
        await PatroniLoginAsync("patroni", "patronis");
        try
        {
            var empty = Directory.CreateDirectory(Path.Combine(_folder, "none")).FullName;
            var topology = _fixture.TopologyWith("directory: etcd-snapshots", $"directory: {empty}");
            await DestroyAsync();
            Assert.Equal("EtcdKeysUnknown", _fixture.Session.Run("param($t) Restore-EtcdSnapshot -Fresh -Topology $t -Confirm:$false", topology).SingleError.FullyQualifiedErrorId.Split(',')[0]);

            Assert.Equal(DrRunStatus.Succeeded, Assert.Single(_fixture.Session.Run("param($t) Restore-EtcdSnapshot -Fresh -Force -Topology $t -Confirm:$false", topology).Require().As<DrRun>()).Status);

            await IsFreshAsync();
            Assert.Equal("patroni root", string.Join(' ', (await EtcdctlAsync("user", "list")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)));
        }
        finally
        {
            await PatroniLoginAsync("root", Password);
            await Lab.WaitHealthyAsync();
            await Lab.ExecAsync("etcd-1", "etcdctl", "user", "delete", "patroni");
            await Lab.ExecAsync("etcd-1", "etcdctl", "role", "delete", "patroni");
        }
    }

    // The lines: 1 the plan, 2 the lock, 3 and 4 the snapshot's copy, 5 the intent of the seed, 7 that of its first copy.
    [Theory]
    [Trait("Category", "Campaign")]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(30)]
    public async Task Killed_anywhere_it_is_resumed(int line)
    {
        var snapshot = Save();
        await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{snapshot.Path}' -Fresh -Confirm:$false", line);

        Assert.Equal(DrRunStatus.Succeeded, Assert.Single(_fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").Require().As<DrRun>()).Status);

        await IsFreshAsync();
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_planned_one_is_run_and_gone_back_from()
    {
        var snapshot = Save();
        var plan = Path.Combine(_folder, "fresh.yaml");
        await EtcdctlAsync("put", $"{Scope}/marked", "old");
        _fixture.Session.Run("param($s, $p) $s | New-DrPlan -EtcdFresh -OutFile $p", snapshot, plan).Require();
        Assert.DoesNotContain(Password, await File.ReadAllTextAsync(plan), StringComparison.Ordinal);

        var run = Assert.Single(_fixture.Session.Run("param($p) Invoke-DrPlan $p -Confirm:$false", plan).Require().As<DrRun>());
        await IsFreshAsync();
        Assert.Equal("", await EtcdctlAsync("get", $"{Scope}/marked"));

        _fixture.Session.Run("param($id) Undo-DrRun $id -Confirm:$false", run.Id).Require();
        await Lab.WaitHealthyAsync();
        Assert.Equal("old", (await EtcdctlAsync("get", "--print-value-only", $"{Scope}/marked")).Trim());
        Assert.Equal(_leader, await Lab.LeaderAsync());
        await EtcdctlAsync("del", $"{Scope}/marked");
    }

    private async Task IsFreshAsync()
    {
        await Lab.WaitHealthyAsync();
        var unknown = await AskAsync($"etcdctl get {Scope}/config");
        Assert.False(unknown.Succeeded);
        Assert.Contains("permission denied", unknown.Error, StringComparison.Ordinal);
        Assert.Contains("Authentication Status: true", await EtcdctlAsync("auth", "status"), StringComparison.Ordinal);
        Assert.Equal(_leader, await Lab.LeaderAsync());
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(_configuration), JsonNode.Parse(await EtcdctlAsync("get", "--print-value-only", $"{Scope}/config"))));
        Assert.Contains("failsafe_mode: true", (await Lab.ExecCheckedAsync(_leader, "patronictl", "-c", PatroniFile, "show-config")).Output, StringComparison.Ordinal);
        Assert.Equal("2", await Lab.QueryAsync(_leader, "zabbix", "CREATE TEMPORARY TABLE t AS SELECT 1; SELECT 1 + count(*) FROM t"));
        var keys = (await EtcdctlAsync("get", "", "--from-key", "--keys-only")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(keys, key => Assert.StartsWith($"{Scope}/", key, StringComparison.Ordinal));
        foreach (var journal in Directory.EnumerateFiles(_folder, "*.jsonl", SearchOption.AllDirectories))
        {
            Assert.DoesNotContain(Password, await File.ReadAllTextAsync(journal), StringComparison.Ordinal);
        }

        foreach (var member in s_members)
        {
            Assert.Equal(["member"], (await Lab.ExecCheckedAsync(member, "ls", Data)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => !name.StartsWith("member.before-", StringComparison.Ordinal)));
            Assert.False((await Lab.ExecAsync(member, "sh", "-c", "ls -d /run/zabbixdr.*")).Succeeded);
        }
    }

    private EtcdSnapshot Save() => Assert.Single(_fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d", _folder).Require().As<EtcdSnapshot>());

    private async Task DestroyAsync()
    {
        foreach (var member in s_members)
        {
            await Lab.ExecCheckedAsync(member, "sh", "-c", $"systemctl kill --signal=KILL etcd; systemctl stop etcd; rm -rf {Data}");
        }
    }

    private async Task PatroniLoginAsync(string user, string password)
    {
        foreach (var server in Servers)
        {
            await Lab.ExecCheckedAsync(server, "sh", "-c", $"sed -i '/^etcd3:/,/^[a-z]/{{s/^  username: .*/  username: {user}/;s/^  password: .*/  password: {password}/}}' {PatroniFile} && systemctl restart patroni");
        }

        await Lab.WaitHealthyAsync();
        _leader = await Lab.LeaderAsync();
    }

    // With the certificate of Patroni's kind, which names nobody.
    private Task<CommandOutcome> AskAsync(string etcdctl) => Lab.ExecAsync(
        _leader, "sh", "-c", $"ETCDCTL_API=3 ETCDCTL_CACERT=/etc/patroni/pki/ca.crt ETCDCTL_CERT=/etc/patroni/pki/client.crt ETCDCTL_KEY=/etc/patroni/pki/client.key ETCDCTL_ENDPOINTS=https://10.77.1.11:2379 {etcdctl}");

    private async Task<string> EtcdctlAsync(params string[] arguments) => (await Lab.ExecCheckedAsync("etcd-1", ["etcdctl", .. arguments])).Output;
}
