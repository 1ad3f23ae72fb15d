using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

/// <summary>etcd that has lost its majority, made whole again from the one member that is left.</summary>
[Collection(LabTestGroup.Name)]
public sealed class EtcdQuorumTests : IAsyncLifetime
{
    private const string Data = "/var/lib/etcd/default";
    private static readonly string[] s_members = ["etcd-1", "etcd-2", "etcd-3"];
    private readonly LabFixture _fixture;
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-quorum-").FullName;
    private readonly string? _stateHome = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
    private string _mark = "";

    public EtcdQuorumTests(LabFixture fixture) => _fixture = fixture;

    private TwoSiteLab Lab => _fixture.Lab;

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _folder);
        await BeginAsync();
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _stateHome);
        Directory.Delete(_folder, recursive: true);
        await TidyAsync();
    }

    [Fact]
    public async Task A_quorum_that_is_there_is_left_alone()
    {
        var before = await MembersAsync("etcd-1");

        Assert.Equal("EtcdHasQuorum", Id(Repair("etcd-3").SingleError));
        await Lab.ExecCheckedAsync("etcd-2", "systemctl", "stop", "etcd");
        Assert.Equal("EtcdHasQuorum", Id(Repair("etcd-3").SingleError));

        await Lab.ExecCheckedAsync("etcd-2", "systemctl", "start", "etcd");
        Assert.Equal(before, await MembersAsync("etcd-1"));
    }

    [Fact]
    public async Task A_lost_member_that_is_not_said_to_be_fenced_and_WhatIf_change_nothing()
    {
        await LoseAsync("etcd-1", "etcd-2");
        await Lab.KillAsync("etcd-2");
        var pid = await PidAsync("etcd-3");

        var error = _fixture.Session.Run("param($t) Repair-EtcdQuorum -Topology $t -Confirm:$false", Lab.TopologyFile).SingleError;
        Assert.Equal(("EtcdMemberNotFenced", "etcd-2"), (Id(error), error.TargetObject));
        Assert.Contains("-Fenced etcd-2", error.ToString(), StringComparison.Ordinal);

        var shown = _fixture.Session.Run("param($t) Repair-EtcdQuorum -Topology $t -Fenced etcd-2 -WhatIf", Lab.TopologyFile).Require();
        Assert.Contains(shown.Warnings, warning => warning.Contains("Add-EtcdMember etcd-2", StringComparison.Ordinal));
        foreach (var command in new[] { "systemctl mask --now etcd.service", "cp -a --reflink=auto", "ETCD_FORCE_NEW_CLUSTER=true", "member add --learner https://10.77.1.11:2380" })
        {
            Assert.Contains(_fixture.Session.Shown, line => line.Contains(command, StringComparison.Ordinal));
        }

        Assert.Equal(pid, await PidAsync("etcd-3"));
        Assert.Equal("loaded", await LoadStateAsync("etcd-1"));
        Assert.False((await Lab.ExecAsync("etcd-3", "sh", "-c", $"ls {Data}/member.before-* /var/lib/zabbixdr/lock /run/systemd/system/etcd.service.d/* 2>/dev/null | grep .")).Succeeded);
        await Lab.StartAsync("etcd-2");
        await Lab.ExecCheckedAsync("etcd-1", "systemctl", "start", "--no-block", "etcd");
        await Lab.ExecCheckedAsync("etcd-2", "systemctl", "start", "--no-block", "etcd");
    }

    [Fact]
    public Task The_last_member_keeps_the_data_and_the_others_come_back() => LoseTwoAndRepairAsync("etcd-3", "etcd-1", "etcd-2");

    [Theory]
    [Trait("Category", "Campaign")]
    [InlineData("etcd-1", "etcd-2", "etcd-3")]
    [InlineData("etcd-2", "etcd-1", "etcd-3")]
    public Task Any_two_may_be_lost(string survivor, string destroyed, string other) => LoseTwoAndRepairAsync(survivor, destroyed, other);

    // The lines: 1 the plan, 2 the lock, then two for each of 19 steps, or one where it was done already. 11 is the intent of the flagged start, 12 its outcome.
    [Theory]
    [InlineData(12)]
    [InlineData(21)]
    public Task Killed_it_is_resumed(int line) => KillAndResumeAsync(line);

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Killed_after_each_line_it_is_resumed()
    {
        for (var line = 1; line <= 36; line++)
        {
            await KillAndResumeAsync(line);
            await TidyAsync();
            Directory.Delete(Path.Combine(_folder, "zabbixdr"), recursive: true);
            await BeginAsync();
        }
    }

    private async Task BeginAsync()
    {
        _mark = Guid.NewGuid().ToString("N");
        await Lab.ExecCheckedAsync("etcd-1", "etcdctl", "put", "/zabbixdr-test", _mark);
    }

    private async Task LoseTwoAndRepairAsync(string survivor, string destroyed, string other)
    {
        await LoseAsync(destroyed, other);
        await Lab.ExecCheckedAsync(destroyed, "rm", "-rf", Data);
        await Task.WhenAll(Lab.KillAsync(destroyed), Lab.KillAsync(other));
        await Task.WhenAll(Lab.StartAsync(destroyed), Lab.StartAsync(other));
        await Lab.ExecCheckedAsync(other, "sh", "-c", "systemctl stop etcd");
        await Lab.ExecCheckedAsync(destroyed, "sh", "-c", "systemctl stop etcd; rm -rf " + Data);

        var run = Assert.Single(Repair(survivor).Require().As<DrRun>());

        await IsBackAsync(survivor, run);
        await Lab.ExecCheckedAsync(other, "test", "-f", $"{Data}/member.before-{run.Id}/snap/db");
    }

    private async Task KillAndResumeAsync(int line)
    {
        await LoseAsync("etcd-1", "etcd-2");
        await KilledOperator.RunAsync(Lab, _folder, "Repair-EtcdQuorum etcd-3 -Confirm:$false", line);
        var broken = Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>());
        Assert.Equal(DrRunStatus.Unfinished, broken.Status);

        var run = Assert.Single(_fixture.Session.Run("Get-DrRun | Resume-DrRun -Confirm:$false").Require().As<DrRun>());

        Assert.Equal((broken.Id, DrRunStatus.Succeeded), (run.Id, run.Status));
        await IsBackAsync("etcd-3", run);
    }

    // Stopped, as after the loss of their power: the survivor sees no difference.
    private async Task LoseAsync(params string[] hosts) =>
        await Task.WhenAll(hosts.Select(host => Lab.ExecCheckedAsync(host, "sh", "-c", "systemctl kill --signal=KILL etcd; systemctl stop etcd")));

    private ScriptRun Repair(string survivor) => _fixture.Session.Run("param($t, $s) Repair-EtcdQuorum $s -Topology $t -Confirm:$false", Lab.TopologyFile, survivor);

    // By etcdctl, systemctl, ls, /proc and psql alone.
    private async Task IsBackAsync(string survivor, DrRun run)
    {
        Assert.Equal(s_members, await MembersAsync(survivor));
        Assert.Equal(_mark, (await Lab.ExecCheckedAsync(survivor, "etcdctl", "get", "--print-value-only", "/zabbixdr-test")).Output.Trim());
        foreach (var member in s_members)
        {
            Assert.Equal("loaded", await LoadStateAsync(member));
            Assert.False((await Lab.ExecAsync(member, "sh", "-c", "ls /run/systemd/system/etcd.service.d/* /run/zabbixdr-*.env 2>/dev/null | grep .")).Succeeded, member);
            Assert.False((await Lab.ExecAsync(member, "grep", "-z", "-q", "FORCE_NEW_CLUSTER", $"/proc/{await PidAsync(member)}/environ")).Succeeded, member);
        }

        await Lab.ExecCheckedAsync(survivor, "test", "-f", $"{Data}/member.before-{run.Id}/snap/db");
        await Lab.WaitHealthyAsync();
        Assert.Equal("2", await Lab.QueryAsync(await Lab.LeaderAsync(), "zabbix", "CREATE TEMPORARY TABLE t AS SELECT 1; SELECT 1 + count(*) FROM t"));
        Assert.All(_fixture.Session.Run("Get-DrLock").Require().As<DrLock>(), held => Assert.Null(held.Run));
    }

    private async Task TidyAsync()
    {
        try
        {
            await Lab.WaitHealthyAsync();
            foreach (var host in Lab.Hosts)
            {
                await Lab.ExecCheckedAsync(host.Name, "sh", "-c", $"rm -rf {Data}/member.before-* /var/lib/zabbixdr/lock /var/lib/zabbixdr/runs");
            }
        }
        catch (LabException)
        {
            // A test that fails half way leaves masked units and powered-off hosts.
            await Lab.ResetAsync();
        }
    }

    private static string Id(System.Management.Automation.ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];

    private async Task<string> PidAsync(string host) => (await Lab.ExecCheckedAsync(host, "systemctl", "show", "--property=MainPID", "--value", "etcd")).Output.Trim();

    private async Task<string> LoadStateAsync(string host) => (await Lab.ExecCheckedAsync(host, "systemctl", "show", "--property=LoadState", "--value", "etcd")).Output.Trim();

    private async Task<IReadOnlyList<string>> MembersAsync(string host)
    {
        var outcome = await Lab.ExecCheckedAsync(host, "env", "ETCDCTL_ENDPOINTS=https://127.0.0.1:2379", "etcdctl", "member", "list", "-w", "json");
        using var list = JsonDocument.Parse(outcome.Output);
        return
        [
            .. list.RootElement.GetProperty("members").EnumerateArray()
                .Where(member => !member.TryGetProperty("isLearner", out var learner) || !learner.GetBoolean())
                .Select(member => member.GetProperty("name").GetString()!)
                .Order(StringComparer.Ordinal),
        ];
    }
}
