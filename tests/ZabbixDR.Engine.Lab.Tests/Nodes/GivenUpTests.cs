using System.Diagnostics;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Lab;

namespace ZabbixDR.Engine.Lab.Tests.Nodes;

/// <summary>Commands that are given up while the node says nothing.</summary>
[Collection(EngineLabTestGroup.Name)]
public sealed class GivenUpTests(EngineLabFixture fixture)
{
    private const string Host = "zbx-siteA";

    // The node takes up what was sent to it meanwhile, and opens the channel that nobody waits for any more.
    [Fact]
    public async Task One_that_is_given_up_before_its_channel_was_open_is_ended_when_the_node_opens_it()
    {
        await using var nodes = fixture.NewNodes();
        var node = EngineLabFixture.Changing(nodes, Host);
        await fixture.Lab.HangAsync(Host);
        try
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            var clock = Stopwatch.StartNew();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.RunAsync(new ChangingCommand("sleep", "7654"), stop.Token));
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"it was given up after {clock.Elapsed}");
        }
        finally
        {
            await fixture.Lab.ResumeAsync(Host);
        }

        Assert.Equal("1\n", (await node.RunAsync(new ChangingCommand("echo", "1"), CancellationToken.None)).Output);
        for (var clock = Stopwatch.StartNew(); await fixture.ShellAsync(Host, "pgrep -f '^sleep 7654$' || true") != ""; await Task.Delay(200))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), "it runs on");
        }
    }

    // As after the loss of its power: the connection breaks by nothing that could be heard. The first look waits in the shell that stands there, the
    // second finds that no channel can be opened, and from then on each finds by itself whether the node is there.
    [Fact]
    public async Task A_node_that_says_nothing_any_more_is_connected_to_anew()
    {
        await using var nodes = fixture.NewNodes();
        var node = nodes.Get(Host);
        var look = new ObservingCommand("echo", "1");
        for (var shell = 0; shell < 3; shell++)
        {
            await node.RunAsync(look, CancellationToken.None);
        }

        await fixture.ShellAsync(Host, $"ip route add blackhole {LabPlan.Gateway("A")}");
        try
        {
            Assert.Equal("CommandTimedOut", (await Assert.ThrowsAsync<DrException>(() => node.RunAsync(look with { TimeLimit = TimeSpan.FromSeconds(2) }, CancellationToken.None))).Id);
            Assert.Equal("NodeTimedOut", (await Assert.ThrowsAsync<DrException>(() => node.RunAsync(look, CancellationToken.None))).Id);
        }
        finally
        {
            await fixture.ShellAsync(Host, $"ip route del blackhole {LabPlan.Gateway("A")}");
        }

        var clock = Stopwatch.StartNew();
        Assert.Equal("1\n", (await node.RunAsync(look, CancellationToken.None)).Output);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(5), $"it answered after {clock.Elapsed}");
    }
}
