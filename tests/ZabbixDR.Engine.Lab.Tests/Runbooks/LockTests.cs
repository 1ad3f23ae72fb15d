using System.Diagnostics;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Lab.Tests.Runbooks;

/// <summary>The deployment's lock: on the nodes, and as a lease of etcd.</summary>
[Collection(EngineLabTestGroup.Name)]
public sealed class LockTests(EngineLabFixture fixture) : IAsyncLifetime
{
    private const string Key = "/zabbixdr/lock/zabbix-cluster";
    private const string Elsewhere = "zbx-siteB";
    private const string First = "20260314T024512Z-aaaa";
    private const string Second = "20260314T024600Z-bbbb";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly List<string> _files = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        _files.ForEach(File.Delete);
        await EtcdAsync("start");
        foreach (var host in fixture.Lab.Hosts)
        {
            await fixture.ShellAsync(host.Name, "rm -f /var/lib/zabbixdr/lock /var/tmp/zdr-fenced-*");
        }

        await fixture.Lab.WaitHealthyAsync();
        await EtcdctlAsync("del", Key);
    }

    [Fact]
    public async Task A_node_refuses_a_number_that_was_overtaken()
    {
        var node = fixture.Changing("zbx-siteA");
        var number = 1 + (await NodeLock.ReadAsync(node, CancellationToken.None)).FencingNumber;
        await NodeLock.TakeAsync(node, First, null, number, CancellationToken.None);
        var run = new FencedNode(node, number);
        await run.RunAsync(Touch("before"), CancellationToken.None);
        Assert.Equal("FencingNumberTaken", (await Assert.ThrowsAsync<DrException>(() => NodeLock.TakeAsync(node, First, null, number, CancellationToken.None))).Id);

        // What is under way is waited for, and what comes after is refused.
        var clock = Stopwatch.StartNew();
        var slow = run.RunAsync(new ChangingCommand("sh", "-c", "touch /var/tmp/zdr-fenced-slow; sleep 3; touch /var/tmp/zdr-fenced-ended"), CancellationToken.None);
        await fixture.ShellAsync("zbx-siteA", "until [ -e /var/tmp/zdr-fenced-slow ]; do sleep 0.05; done");
        await NodeLock.TakeAsync(node, First, null, number + 1, CancellationToken.None);
        Assert.Equal("ended\n", await fixture.ShellAsync("zbx-siteA", "[ -e /var/tmp/zdr-fenced-ended ] && echo ended"));
        Assert.True(clock.Elapsed > TimeSpan.FromSeconds(2.5));
        await slow;

        var error = await Assert.ThrowsAsync<DrException>(() => run.RunAsync(Touch("after"), CancellationToken.None));

        Assert.Equal(("RunFencedOut", "zbx-siteA"), (error.Id, error.Node));
        Assert.Contains($"the fencing number is {number + 1}, and this run's is {number}", error.Message, StringComparison.Ordinal);
        Assert.Equal("before ended slow\n", await fixture.ShellAsync("zbx-siteA", "cd /var/tmp; echo zdr-fenced-* | sed s/zdr-fenced-//g"));
    }

    [Fact]
    public async Task Two_who_see_different_nodes_meet_in_etcd()
    {
        await using var here = Open(host => host != Elsewhere);
        await using var there = Open(host => host == Elsewhere);
        var told = new Told();
        await using var first = await ReachAsync(here, told);
        await using var second = await ReachAsync(there, told);
        await first.TakeAsync(First, null, CancellationToken.None);
        Assert.Contains($"\"run\":\"{First}\",\"owner\":\"{RunIdentity.Operator}\"", await EtcdctlAsync("get", "--print-value-only", Key), StringComparison.Ordinal);

        var error = await Assert.ThrowsAsync<DrException>(() => second.TakeAsync(Second, null, CancellationToken.None));

        Assert.Equal("LockHeld", error.Id);
        Assert.Contains($"run {First} holds it as etcd's lease, taken by {RunIdentity.Operator} at ", error.Message, StringComparison.Ordinal);
        Assert.Equal("", await fixture.ShellAsync(Elsewhere, "cat /var/lib/zabbixdr/lock 2>/dev/null || :"));
        Assert.Empty(told.Texts);

        await first.ReleaseAsync(CancellationToken.None);
        Assert.Equal("", await EtcdctlAsync("get", "--print-value-only", Key));
        await second.TakeAsync(Second, null, CancellationToken.None);
        await second.ReleaseAsync(CancellationToken.None);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_lease_is_renewed_while_its_holder_lives_and_is_over_soon_after()
    {
        await using var here = Open(host => host != Elsewhere);
        await using var there = Open(host => host == Elsewhere);
        var first = await ReachAsync(here, new Told());
        await using var second = await ReachAsync(there, new Told());
        await first.TakeAsync(First, null, CancellationToken.None);
        await Task.Delay(LockLease.TimeToLive + TimeSpan.FromSeconds(10));
        Assert.Equal("LockHeld", (await Assert.ThrowsAsync<DrException>(() => second.TakeAsync(Second, null, CancellationToken.None))).Id);

        // As where its process dies: nobody gives anything back.
        await first.DisposeAsync();
        await UntilAsync(async () => await EtcdctlAsync("get", "--print-value-only", Key) == "");
        await second.TakeAsync(Second, null, CancellationToken.None);
        Assert.Equal(First, (await NodeLock.ReadAsync(here.Nodes.Get("etcd-1"), CancellationToken.None)).Run);
        await second.ReleaseAsync(CancellationToken.None);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Without_a_quorum_the_nodes_alone_are_locked_and_etcd_follows_when_it_is_back()
    {
        await using var here = Open(host => host != Elsewhere);
        var told = new Told();
        await using var first = await ReachAsync(here, told);
        await EtcdAsync("stop");
        await first.TakeAsync(First, null, CancellationToken.None);
        var warning = Assert.Single(told.Texts);
        Assert.Contains($"nothing keeps away another operator who sees only {Elsewhere}", warning, StringComparison.Ordinal);
        Assert.Equal(First, (await NodeLock.ReadAsync(here.Nodes.Get("etcd-1"), CancellationToken.None)).Run);

        await EtcdAsync("start");
        await UntilAsync(async () => (await EtcdctlAsync("get", "--print-value-only", Key)).Contains(First, StringComparison.Ordinal));
        first.RequireHeld();

        // A snapshot brings back what stood there once: the run's own number is higher. Then a later run stands there.
        await EtcdctlAsync("put", Key, """{"run":"long-ago","owner":"alice@elsewhere","since":"2026-01-01T00:00:00+00:00","fence":0}""");
        await UntilAsync(async () => (await EtcdctlAsync("get", "--print-value-only", Key)).Contains(First, StringComparison.Ordinal));
        await EtcdctlAsync("put", Key, """{"run":"later","owner":"alice@elsewhere","since":"2026-01-01T00:00:00+00:00","fence":1000000}""");
        await UntilAsync(() => Task.FromResult(Record.Exception(first.RequireHeld) is DrException { Id: "LockLost" }));
        await first.ReleaseAsync(CancellationToken.None);
    }

    [Fact]
    public async Task What_a_snapshot_brought_back_does_not_keep_a_run_away()
    {
        await using var session = Open(_ => true);
        await using var nodes = await ReachAsync(session, new Told());
        await nodes.TakeAsync(First, null, CancellationToken.None);
        await nodes.ReleaseAsync(CancellationToken.None);
        await EtcdctlAsync("put", Key, """{"run":"long-ago","owner":"alice@elsewhere","since":"2026-01-01T00:00:00+00:00","fence":0}""");

        await nodes.TakeAsync(Second, null, CancellationToken.None);

        Assert.Contains(Second, await EtcdctlAsync("get", "--print-value-only", Key), StringComparison.Ordinal);
        await nodes.ReleaseAsync(CancellationToken.None);
    }

    private static ChangingCommand Touch(string mark) => new("touch", $"/var/tmp/zdr-fenced-{mark}");

    private static Task<RunNodes> ReachAsync(DeploymentSession session, Told told) =>
        RunNodes.ReachAsync(session, ChangePermit.AfterConsent("a test"), new HashSet<string>(), told, CancellationToken.None);

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var clock = Stopwatch.StartNew(); !await holds(); await Task.Delay(500))
        {
            Assert.True(clock.Elapsed < s_patience, $"not after {s_patience}");
        }
    }

    // Who does not see a host finds nothing at its port; etcd's own ports stay within reach of both.
    private DeploymentSession Open(Func<string, bool> sees)
    {
        var text = File.ReadAllText(fixture.Lab.TopologyFile);
        foreach (var host in fixture.Lab.Hosts.Where(host => !sees(host.Name)))
        {
            text = text.Replace($"  {host.Name}:\n", $"  {host.Name}:\n    sshPort: 1\n", StringComparison.Ordinal);
        }

        var file = Path.Combine(Path.GetDirectoryName(fixture.Lab.TopologyFile)!, $"{Guid.NewGuid():N}.yaml");
        File.WriteAllText(file, text);
        _files.Add(file);
        return DeploymentSession.Open(file, new SessionAccess());
    }

    // Two of three are the majority.
    private async Task EtcdAsync(string verb)
    {
        await fixture.ShellAsync("etcd-2", $"systemctl {verb} --no-block etcd");
        await fixture.ShellAsync("etcd-3", $"systemctl {verb} etcd");
        await fixture.ShellAsync("etcd-2", $"systemctl {verb} etcd");
    }

    private async Task<string> EtcdctlAsync(params string[] arguments) => (await fixture.Lab.ExecCheckedAsync("etcd-1", ["etcdctl", .. arguments])).Output.TrimEnd('\n');

    private sealed class Told : IProgress<OperationMessage>
    {
        public List<string> Texts { get; } = [];

        public void Report(OperationMessage value) => Texts.Add(value.Text);
    }
}
