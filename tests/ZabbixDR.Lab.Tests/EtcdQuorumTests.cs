using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

/// <summary>etcd that has lost its majority, made whole again from the one member that is left.</summary>
[Collection(LabTestGroup.Name)]
public sealed class EtcdQuorumTests : IAsyncLifetime
{
    private const string Data = "/var/lib/etcd/default";
    private const string Fence = "/etc/systemd/system/etcd.service.d/zabbixdr-fence.conf";
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

        Assert.Equal("EtcdHasQuorum", Id(Repair("-Survivor etcd-3").SingleError));
        await Lab.ExecCheckedAsync("etcd-2", "systemctl", "stop", "etcd");
        var error = Repair("-Survivor etcd-3").SingleError;
        Assert.Equal(("EtcdHasQuorum", "etcd-2"), (Id(error), error.TargetObject));
        Assert.Contains("Remove-EtcdMember etcd-2", error.ToString(), StringComparison.Ordinal);

        await Lab.ExecCheckedAsync("etcd-2", "systemctl", "start", "etcd");
        Assert.Equal(before, await MembersAsync("etcd-1"));
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task What_is_refused_and_WhatIf_change_nothing()
    {
        await LoseAsync("etcd-1");
        await Lab.ExecCheckedAsync("etcd-2", "systemctl", "stop", "etcd");
        var pid = await PidAsync("etcd-3");
        Assert.Equal("EtcdSurvivorUnknown", Id(Repair("-Survivor etcd-9").SingleError));
        Assert.Equal("FencedUnknown", Id(Repair("-Fenced C").SingleError));

        // It answers every node but this machine: for who asks from here alone, it is off.
        await Lab.ExecCheckedAsync("etcd-2", "ip", "route", "add", "blackhole", LabPlan.Gateway("B"));
        string[] asked = ["", "-Fenced etcd-2", "-Fenced B"];
        var errors = asked.Select(parameters => Repair(parameters).Errors.Single()).ToList();
        await Lab.ExecCheckedAsync("etcd-2", "ip", "route", "del", "blackhole", LabPlan.Gateway("B"));
        Assert.Equal(["EtcdMemberNotFenced", "EtcdMemberAnswers", "EtcdMemberAnswers"], errors.Select(Id));
        Assert.All(errors, error => Assert.Equal("etcd-2", error.TargetObject));
        Assert.Contains("-Fenced etcd-2", errors[0].ToString(), StringComparison.Ordinal);
        Assert.Contains("reaches 10.77.2.12:22", errors[1].ToString(), StringComparison.Ordinal);

        await Lab.KillAsync("etcd-2");
        var shown = _fixture.Session.Run("param($t) Repair-EtcdQuorum -Topology $t -Fenced etcd-2 -WhatIf", Lab.TopologyFile).Require();
        Assert.Contains(shown.Warnings, warning => warning.StartsWith("etcd-2 stays out of etcd", StringComparison.Ordinal));
        foreach (var command in new[] { Fence, "cp -a --reflink=auto", "ETCD_FORCE_NEW_CLUSTER=true", "connect to 10.77.2.12:2380", "member add --learner https://10.77.1.11:2380", "pg_logical_emit_message" })
        {
            Assert.Contains(_fixture.Session.Shown, line => line.Contains(command, StringComparison.Ordinal));
        }

        Assert.Equal(pid, await PidAsync("etcd-3"));
        foreach (var host in new[] { "etcd-1", "etcd-3" })
        {
            Assert.False((await Lab.ExecAsync(host, "sh", "-c", $"ls {Fence} {Data}/member.before-* /var/lib/zabbixdr/lock /run/systemd/system/etcd.service.d/* 2>/dev/null | grep .")).Succeeded, host);
        }

        await Lab.StartAsync("etcd-2");
        await Lab.ExecCheckedAsync("etcd-1", "systemctl", "start", "--no-block", "etcd");
    }

    [Fact]
    public async Task The_last_member_keeps_the_data_and_the_others_come_back_as_they_can()
    {
        await LoseAsync("etcd-1");
        await Lab.ExecCheckedAsync("etcd-1", "rm", "-rf", Data);
        await Lab.KillAsync("etcd-2");

        var first = Repair("-Fenced B").Require();

        var run = Assert.Single(first.As<DrRun>());
        Assert.Contains(first.Warnings, warning => warning.StartsWith("etcd-2 stays out of etcd", StringComparison.Ordinal));
        Assert.Equal(["etcd-1", "etcd-3"], await MembersAsync("etcd-3"));
        Assert.Equal(_mark, (await Lab.ExecCheckedAsync("etcd-3", "etcdctl", "get", "--print-value-only", "/zabbixdr-test")).Output.Trim());

        await Lab.StartAsync("etcd-2");
        var second = Assert.Single(Repair("").Require().As<DrRun>());

        await IsBackAsync("etcd-3", run);
        await Lab.ExecCheckedAsync("etcd-2", "test", "-f", $"{Data}/member.before-{second.Id}/snap/db");
        Assert.False((await Lab.ExecAsync("etcd-3", "test", "-e", $"{Data}/member.before-{second.Id}")).Succeeded);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_fence_outlasts_a_reboot_and_a_person()
    {
        await LoseAsync("etcd-1", "etcd-2");
        var run = Assert.Single(Repair("-SurvivorOnly").Require().As<DrRun>());
        Assert.Equal(["etcd-3"], await MembersAsync("etcd-3"));

        await Lab.KillAsync("etcd-1");
        await Lab.StartAsync("etcd-1");
        foreach (var host in new[] { "etcd-1", "etcd-2" })
        {
            Assert.False((await Lab.ExecAsync(host, "systemctl", "start", "etcd")).Succeeded);
            Assert.Equal("0", await PidAsync(host));
            Assert.Contains(run.Id, (await Lab.ExecCheckedAsync(host, "cat", Fence)).Output, StringComparison.Ordinal);
        }

        // From a saved plan, this time.
        var plan = Path.Combine(_folder, "repair.yaml");
        var second = Assert.Single(_fixture.Session.Run("param($t, $f) $null = New-DrPlan -EtcdQuorum -Topology $t -OutFile $f; Invoke-DrPlan $f -Topology $t -Confirm:$false", Lab.TopologyFile, plan).Require().As<DrRun>());
        await IsBackAsync("etcd-3", run);
        await Lab.ExecCheckedAsync("etcd-1", "test", "-f", $"{Data}/member.before-{second.Id}/snap/db");
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Where_a_node_is_lost_in_the_middle_a_new_run_goes_on_without_it()
    {
        await LoseAsync("etcd-1", "etcd-2");
        await KilledOperator.RunAsync(Lab, _folder, "Repair-EtcdQuorum etcd-3 -Confirm:$false", 20);
        var broken = Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>());
        await Lab.KillAsync("etcd-2");

        // As this session's connection to it had been used before, or not.
        Assert.True(Id(_fixture.Session.Run("Get-DrRun -ErrorAction SilentlyContinue | Resume-DrRun -Confirm:$false").SingleError) is "NodeTimedOut" or "NodeUnreachable" or "ConnectionLost");

        _fixture.Session.Run("Get-DrLock | Remove-DrLock -Reason 'etcd-2 is lost' -Confirm:$false");

        // By then etcd-1 was a learner that had never started: what is to be done with it is said.
        var refused = Repair("-Survivor etcd-3 -Fenced etcd-2").SingleError;
        Assert.Equal("EtcdHasQuorum", Id(refused));
        Assert.Contains("Remove-EtcdMember etcd-1", refused.Exception.Message, StringComparison.Ordinal);
        _fixture.Session.Run("param($t) Remove-EtcdMember etcd-1 -Topology $t -Confirm:$false", Lab.TopologyFile).Require();
        Assert.Single(Repair("-Survivor etcd-3 -Fenced etcd-2").Require().As<DrRun>());
        Assert.Equal(["etcd-1", "etcd-3"], await MembersAsync("etcd-3"));

        // It was off while the lock was taken away, and comes back with it.
        await Lab.StartAsync("etcd-2");
        _fixture.Session.Run("Get-DrLock | Remove-DrLock -Reason 'etcd-2 is back' -Confirm:$false").Require();
        Assert.Single(Repair("").Require().As<DrRun>());
        await IsBackAsync("etcd-3", broken);
    }

    // Line 10 is the end of the copy: all members are stopped and fenced.
    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Before_the_survivor_stands_alone_a_run_goes_back_and_after_it_no_more()
    {
        await LoseAsync("etcd-1", "etcd-2");
        await KilledOperator.RunAsync(Lab, _folder, "Repair-EtcdQuorum etcd-3 -Confirm:$false", 10);
        Assert.Equal("0", await PidAsync("etcd-3"));

        var undo = Assert.Single(_fixture.Session.Run("Get-DrRun | Undo-DrRun -Confirm:$false").Require().As<DrRun>());

        Assert.Equal((DrRunStatus.Succeeded, 3), (undo.Status, undo.Steps.Count));
        await Lab.WaitHealthyAsync();
        Assert.Equal(s_members, await MembersAsync("etcd-1"));
        foreach (var member in s_members)
        {
            Assert.False((await Lab.ExecAsync(member, "test", "-e", Fence)).Succeeded, member);
        }

        await LoseAsync("etcd-1", "etcd-2");
        await Lab.ExecCheckedAsync("etcd-3", "sh", "-c", $"rm -rf {Data}/member.before-*");
        var run = Assert.Single(Repair("").Require().As<DrRun>());
        Assert.Equal("NothingToGoBackTo", Id(_fixture.Session.Run($"Undo-DrRun {run.Id} -Confirm:$false").SingleError));
        await IsBackAsync("etcd-3", run);
    }

    [Theory]
    [Trait("Category", "Campaign")]
    [InlineData("etcd-1", "etcd-2", "etcd-3")]
    [InlineData("etcd-2", "etcd-1", "etcd-3")]
    [InlineData("etcd-3", "etcd-1", "etcd-2")]
    public async Task Any_two_may_be_lost(string survivor, string destroyed, string other)
    {
        await LoseAsync(destroyed, other);
        await Lab.ExecCheckedAsync(destroyed, "rm", "-rf", Data);

        var run = Assert.Single(Repair($"-Survivor {survivor}").Require().As<DrRun>());

        await IsBackAsync(survivor, run);
        await Lab.ExecCheckedAsync(other, "test", "-f", $"{Data}/member.before-{run.Id}/snap/db");
    }

    // The lines: 1 the plan, 2 the lock, then two for each of 18 steps, or one where it was done already. 11 is the intent of the flagged start, 12 its outcome.
    [Fact]
    [Trait("Category", "Campaign")]
    public Task Killed_it_is_resumed() => KillAndResumeAsync(11);

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Killed_after_each_line_it_is_resumed()
    {
        for (var line = 1; line <= 34; line++)
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

    private ScriptRun Repair(string parameters) => _fixture.Session.Run($"param($t) Repair-EtcdQuorum {parameters} -Topology $t -Confirm:$false", Lab.TopologyFile);

    // By etcdctl, systemctl, ls, /proc and psql alone.
    private async Task IsBackAsync(string survivor, DrRun run)
    {
        Assert.Equal(s_members, await MembersAsync(survivor));
        Assert.Equal(_mark, (await Lab.ExecCheckedAsync(survivor, "etcdctl", "get", "--print-value-only", "/zabbixdr-test")).Output.Trim());
        foreach (var member in s_members)
        {
            Assert.False((await Lab.ExecAsync(member, "sh", "-c", $"ls {Fence} /run/systemd/system/etcd.service.d/* /run/zabbixdr-*.env 2>/dev/null | grep .")).Succeeded, member);
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
            // A test that fails half way leaves fenced units and powered-off hosts.
            await Lab.ResetAsync();
        }
    }

    private static string Id(System.Management.Automation.ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];

    private async Task<string> PidAsync(string host) => (await Lab.ExecCheckedAsync(host, "systemctl", "show", "--property=MainPID", "--value", "etcd")).Output.Trim();

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
