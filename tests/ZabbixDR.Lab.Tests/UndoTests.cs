namespace ZabbixDR.Lab.Tests;

/// <summary>Going back from a restore of etcd, proven by etcdctl, psql and ls.</summary>
[Collection(LabTestGroup.Name)]
public sealed class UndoTests : IAsyncLifetime
{
    private const string Data = "/var/lib/etcd/default";
    private const string Key = "/zabbixdr-undo";
    private static readonly string[] s_members = ["etcd-1", "etcd-2", "etcd-3"];
    private readonly LabFixture _fixture;
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-undo-").FullName;
    private readonly string? _stateHome = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
    private string _snapshot = "";
    private string _leader = "";
    private string _started = "";

    public UndoTests(LabFixture fixture) => _fixture = fixture;

    private TwoSiteLab Lab => _fixture.Lab;

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _folder);
        await EtcdctlAsync("put", Key, "old");
        _snapshot = Assert.Single(_fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d", _folder).Require().As<EtcdSnapshot>()).Path;
        await EtcdctlAsync("put", Key, "new");
        _leader = await Lab.LeaderAsync();
        _started = await StartedAsync();
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _stateHome);
        Directory.Delete(_folder, recursive: true);
        foreach (var host in Lab.Hosts)
        {
            await Lab.ExecCheckedAsync(host.Name, "sh", "-c", $"rm -rf {Data}/member.before-* {Data}/member.undone-* {Data}/zabbixdr-* /var/lib/zabbixdr/lock /var/lib/zabbixdr/runs");
        }

        await Lab.WaitHealthyAsync();
    }

    // Lines as in EtcdRestoreTests: 5 is the intent of the second copy, 17 that of the second freeze, 22 that of the second stop, 28 that of the
    // second swap, 38 comes after the last start.
    [Fact]
    [Trait("Category", "Campaign")]
    public Task Killed_between_two_swaps_it_goes_back() => KillAndUndoAsync(28);

    [Theory]
    [Trait("Category", "Campaign")]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(17)]
    [InlineData(22)]
    [InlineData(26)]
    [InlineData(32)]
    [InlineData(38)]
    [InlineData(43)]
    [InlineData(49)]
    public Task Killed_anywhere_it_goes_back(int line) => KillAndUndoAsync(line);

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Going_back_is_killed_too_and_resumed()
    {
        await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{_snapshot}' -Confirm:$false", 34);
        var broken = Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>());

        // The undo's own lines come after those of the run: 24 more is in the midst of its putting back.
        var before = await File.ReadAllLinesAsync(Path.Combine(_folder, "zabbixdr", "runs", $"{broken.Id}.jsonl"));
        await KilledOperator.RunAsync(Lab, _folder, $"Undo-DrRun '{broken.Id}' -Confirm:$false", before.Length + 14);
        var runs = _fixture.Session.Run("Get-DrRun").Require().As<DrRun>();
        var undo = Assert.Single(runs, run => run.Undoes == broken.Id);
        Assert.Equal((DrRunStatus.Undone, undo.Id), (runs.Single(run => run.Id == broken.Id).Status, runs.Single(run => run.Id == broken.Id).UndoneBy));
        Assert.Equal("RunUndone", ErrorOf(_fixture.Session.Run("param($id) Resume-DrRun $id -Confirm:$false", broken.Id)));
        Assert.Equal("RunUndone", ErrorOf(_fixture.Session.Run("param($id) Undo-DrRun $id -Confirm:$false", broken.Id)));

        var resumed = Assert.Single(_fixture.Session.Run("param($id) Resume-DrRun $id -Confirm:$false", undo.Id).Require().As<DrRun>());

        Assert.Equal(DrRunStatus.Succeeded, resumed.Status);
        await IsAsBeforeAsync(resumed.Id);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_run_that_fails_tells_how_each_node_stands_and_goes_back()
    {
        // Something lies where the old data is to go.
        var plan = Assert.Single(_fixture.Session.Run("param($f) New-DrPlan -EtcdSnapshot $f", _snapshot).Require().As<DrPlan>());
        await Lab.ExecCheckedAsync("etcd-2", "mkdir", "-p", $"{Data}/member.before-{plan.Id}/theirs");

        var error = _fixture.Session.Run("param($p) $p | Invoke-DrPlan -Confirm:$false", plan).SingleError;

        Assert.Equal(("StepFailed", "etcd-2"), (error.FullyQualifiedErrorId.Split(',')[0], error.TargetObject));
        var said = error.ToString();
        var run = Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>());
        Assert.Equal((DrRunStatus.Failed, "swap-etcd-2"), (run.Status, run.At!.Step));
        Assert.Contains($"go on with: Resume-DrRun {run.Id}. Or go back with: Undo-DrRun {run.Id}.", said, StringComparison.Ordinal);
        Assert.Contains("\n  etcd-1: restored data in place, the old one kept beside it, etcd stopped", said, StringComparison.Ordinal);
        Assert.Contains("\n  etcd-2: the exchange of its data was begun, etcd stopped", said, StringComparison.Ordinal);
        Assert.Contains("\n  etcd-3: old data in place, etcd stopped", said, StringComparison.Ordinal);
        Assert.Contains($"\n  {_leader}: Patroni frozen, PostgreSQL goes on", said, StringComparison.Ordinal);

        // What is said is so.
        await Lab.ExecCheckedAsync("etcd-1", "test", "-d", $"{Data}/member.before-{run.Id}");
        await Lab.ExecCheckedAsync("etcd-3", "test", "!", "-e", $"{Data}/member.before-{run.Id}");
        foreach (var member in s_members)
        {
            Assert.Equal("inactive", (await Lab.ExecAsync(member, "systemctl", "is-active", "etcd")).Output.Trim());
        }

        // What lies there is not taken for the old data, and not touched.
        var undo = Assert.Single(_fixture.Session.Run("param($id) Undo-DrRun $id -Confirm:$false", run.Id).Require().As<DrRun>());
        await Lab.ExecCheckedAsync("etcd-2", "rmdir", $"{Data}/member.before-{plan.Id}/theirs", $"{Data}/member.before-{plan.Id}");
        await IsAsBeforeAsync(undo.Id);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Where_there_was_no_data_before_Patroni_is_let_go_on_and_etcd_is_not_started_empty()
    {
        foreach (var member in s_members)
        {
            await Lab.ExecCheckedAsync(member, "sh", "-c", $"systemctl kill --signal=KILL etcd; systemctl stop etcd; rm -rf {Data}");
        }

        await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{_snapshot}' -Confirm:$false", 17);
        var broken = Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>());

        var undo = Assert.Single(_fixture.Session.Run("param($id) Undo-DrRun $id -Confirm:$false", broken.Id).Require().As<DrRun>());

        Assert.Equal(DrRunStatus.Succeeded, undo.Status);
        foreach (var server in Lab.Hosts.Where(host => host.Role == "postgres"))
        {
            Assert.DoesNotMatch("^T", (await Lab.ExecCheckedAsync(server.Name, "sh", "-c", "ps -o stat= -p $(systemctl show -p MainPID --value patroni)")).Output);
        }

        foreach (var member in s_members)
        {
            Assert.Equal("inactive", (await Lab.ExecAsync(member, "systemctl", "is-active", "etcd")).Output.Trim());
            Assert.Equal("", (await Lab.ExecCheckedAsync(member, "ls", Data)).Output);
        }

        _fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Confirm:$false", _snapshot).Require();
        Assert.Equal("old", await MarkAsync());
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task From_a_run_that_succeeded_it_goes_back_and_keeps_what_was_restored()
    {
        var run = Assert.Single(_fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Confirm:$false", _snapshot).Require().As<DrRun>());
        Assert.Equal("old", await MarkAsync());
        Assert.Empty(_fixture.Session.Run("param($id) Undo-DrRun $id -WhatIf", run.Id).Require().Output);
        Assert.Equal("old", await MarkAsync());

        var plan = Path.Combine(_folder, "undo.yaml");
        _fixture.Session.Run("param($id, $p) New-DrPlan -UndoRun $id -OutFile $p", run.Id, plan).Require();
        var undo = Assert.Single(_fixture.Session.Run("param($p) Invoke-DrPlan $p -Confirm:$false", plan).Require().As<DrRun>());

        Assert.Equal((DrRunStatus.Succeeded, run.Id), (undo.Status, undo.Undoes));
        await IsAsBeforeAsync(undo.Id);
        foreach (var member in s_members)
        {
            await Lab.ExecCheckedAsync(member, "test", "-f", $"{Data}/member.undone-{undo.Id}/snap/db");
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Where_the_old_data_is_gone_it_is_refused_and_nothing_is_changed()
    {
        var run = Assert.Single(_fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Confirm:$false", _snapshot).Require().As<DrRun>());
        await Lab.ExecCheckedAsync("etcd-2", "sh", "-c", $"rm -rf {Data}/member.before-*");

        var error = _fixture.Session.Run("param($id) Undo-DrRun $id -Confirm:$false", run.Id).SingleError;

        Assert.Equal(("NothingToGoBackTo", "etcd-2"), (error.FullyQualifiedErrorId.Split(',')[0], error.TargetObject));
        Assert.Contains($"neither {Data}/member.before-{run.Id} nor", error.ToString(), StringComparison.Ordinal);
        Assert.Equal("old", await MarkAsync());
        Assert.Equal("RunNotFound", ErrorOf(_fixture.Session.Run("Undo-DrRun 20200101T000000Z-0000 -Confirm:$false")));
    }

    private async Task KillAndUndoAsync(int line)
    {
        await KilledOperator.RunAsync(Lab, _folder, $"Restore-EtcdSnapshot '{_snapshot}' -Confirm:$false", line);
        var broken = Assert.Single(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>());

        var undo = Assert.Single(_fixture.Session.Run("param($id) Undo-DrRun $id -Confirm:$false", broken.Id).Require().As<DrRun>());

        Assert.Equal((DrRunStatus.Succeeded, broken.Id), (undo.Status, undo.Undoes));
        await IsAsBeforeAsync(undo.Id);
        Assert.Equal(DrRunStatus.Undone, Assert.Single(_fixture.Session.Run("param($id) Get-DrRun $id", broken.Id).Require().As<DrRun>()).Status);
        Assert.Equal("RunUndone", ErrorOf(_fixture.Session.Run("param($id) Resume-DrRun $id -Confirm:$false", broken.Id)));
    }

    // By etcdctl, psql, patronictl and ls alone: the same key, the same primary, which never stopped, and only what is told kept beside the data.
    private async Task IsAsBeforeAsync(string undo)
    {
        await Lab.WaitHealthyAsync();
        Assert.Equal("new", await MarkAsync());
        Assert.Equal((_leader, _started), (await Lab.LeaderAsync(), await StartedAsync()));
        Assert.Equal("2", await Lab.QueryAsync(_leader, "zabbix", "CREATE TEMPORARY TABLE t AS SELECT 1; SELECT 1 + count(*) FROM t"));
        foreach (var member in s_members)
        {
            var listed = (await Lab.ExecCheckedAsync(member, "ls", Data)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Equal(["member"], listed.Where(name => name != $"member.undone-{undo}"));
            Assert.False((await Lab.ExecAsync(member, "sh", "-c", "systemctl list-units --all 'zabbixdr-*' | grep -F zabbixdr-")).Succeeded);
        }

        Assert.All(_fixture.Session.Run("Get-DrLock").Require().As<DrLock>(), held => Assert.Null(held.Run));
    }

    private static string ErrorOf(ScriptRun run) => run.SingleError.FullyQualifiedErrorId.Split(',')[0];

    private Task<string> StartedAsync() => Lab.QueryAsync(_leader, "zabbix", "SELECT pg_postmaster_start_time()");

    private async Task<string> MarkAsync() => (await EtcdctlAsync("get", "--print-value-only", Key)).Trim();

    private async Task<string> EtcdctlAsync(params string[] arguments) => (await Lab.ExecCheckedAsync("etcd-1", ["etcdctl", .. arguments])).Output;
}
