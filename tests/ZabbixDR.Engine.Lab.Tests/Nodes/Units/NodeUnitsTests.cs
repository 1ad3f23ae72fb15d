using System.Text;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Lab.Tests.Nodes.Units;

[Collection(EngineLabTestGroup.Name)]
public sealed class NodeUnitsTests(EngineLabFixture fixture) : IAsyncLifetime
{
    private const string Host = "zbx-siteB";
    private const string Folder = "/var/lib/zabbixdr/units";
    private readonly UnitName _name = new("20260314-024512", $"test-{Guid.NewGuid():N}");

    private IChangingNode Node => fixture.Changing(Host);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (fixture.Lab.IsRunning(Host))
        {
            await fixture.ShellAsync(Host, "systemctl kill --signal=KILL \"$1\" 2>/dev/null || true; rm -rf /var/lib/zabbixdr", $"{_name}.service");
        }
    }

    [Fact]
    public async Task Work_outlives_a_cut_connection_and_is_found_again_with_all_that_it_printed()
    {
        await using (var first = fixture.NewNodes())
        {
            await StartAsync("sh", "-c", "for i in $(seq 1 40); do echo out $i; echo err $i >&2; sleep 0.1; done");
            using var seen = new WatchedStream();
            var following = NodeUnits.FollowAsync(first.Get(Host), _name, 0, seen, CancellationToken.None);
            await seen.Began.WaitAsync(TimeSpan.FromSeconds(20));
            await fixture.ShellAsync(Host, "systemctl stop ssh.socket ssh.service; pkill -KILL -f '^sshd.*: zabbixdr'");
            try
            {
                Assert.Equal(DrErrorKind.Unreachable, (await Assert.ThrowsAsync<DrException>(() => following)).Kind);
            }
            finally
            {
                await fixture.ShellAsync(Host, "systemctl start ssh.socket || systemctl start ssh.service");
            }
        }

        await using var second = fixture.NewNodes();
        Assert.Equal(UnitState.Running, (await NodeUnits.FindAsync(second.Get(Host), _name, CancellationToken.None)).State);
        var (end, output) = await FollowAsync(second);

        Assert.True(end.Succeeded, $"{end}");
        Assert.Equal(string.Concat(Enumerable.Range(1, 40).Select(i => $"out {i}\nerr {i}\n")), output);
    }

    [Fact]
    public async Task A_name_starts_once_and_is_free_again_when_it_is_forgotten()
    {
        await StartAsync("sh", "-c", "echo once; until [ -e /run/lock/go ]; do sleep 0.1; done; rm /run/lock/go");
        var taken = await Assert.ThrowsAsync<DrException>(() => StartAsync("echo", "twice"));
        var running = await Assert.ThrowsAsync<DrException>(() => NodeUnits.ForgetAsync(Node, _name, CancellationToken.None));
        await fixture.ShellAsync(Host, "touch /run/lock/go");
        var (end, output) = await FollowAsync(fixture.Nodes);
        var takenStill = await Assert.ThrowsAsync<DrException>(() => StartAsync("echo", "twice"));

        Assert.Equal(["UnitExists", "UnitStillRuns", "UnitExists"], [taken.Id, running.Id, takenStill.Id]);
        Assert.Contains("Running", taken.Message, StringComparison.Ordinal);
        Assert.Contains("Exited", takenStill.Message, StringComparison.Ordinal);
        Assert.Equal("once\n", output);
        Assert.True(end.Succeeded);

        // All may read the marks, and nothing else.
        Assert.Equal(
            "711 root .\n600 root afterwards\n644 root begun\n600 root output\n600 root recorder\n644 root result\n644 root start\n",
            await fixture.ShellAsync(Host, "cd \"$1\" && stat -c '%a %U %n' . *", $"{Folder}/{_name}"));
        Assert.InRange(end.Ended!.Value - end.Started!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(20));

        await NodeUnits.ForgetAsync(Node, _name, CancellationToken.None);
        Assert.Equal("", await fixture.ShellAsync(Host, "ls -A \"$1\"", Folder));
        Assert.Equal(UnitState.Absent, (await NodeUnits.FindAsync(Node, _name, CancellationToken.None)).State);
    }

    [Theory]
    [InlineData("echo last words; exit 7", UnitState.Exited, 7, null)]
    [InlineData("kill -SEGV $$", UnitState.Killed, null, "SEGV")]
    [InlineData("trap 'exit 3' TERM; sleep 60 & wait", UnitState.TimedOut, 3, null)]
    public async Task The_end_is_told_as_it_was(string script, UnitState state, int? code, string? signal)
    {
        await NodeUnits.StartAsync(Node, new UnitRequest(_name, "sh", "-c", script) { User = "nobody", TimeLimit = TimeSpan.FromSeconds(1) }, CancellationToken.None);

        var (end, _) = await FollowAsync(fixture.Nodes);

        Assert.Equal((state, code, signal), (end.State, end.ExitCode, end.Signal));
        Assert.False(end.Succeeded);
    }

    [Theory]
    [InlineData("exit 0", UnitState.Exited)]
    [InlineData("kill -KILL $$", UnitState.Killed)]
    [InlineData("exec sleep 60", UnitState.TimedOut)]
    public async Task What_is_to_be_done_afterwards_is_done_however_it_ends(string work, UnitState state)
    {
        var place = $"/var/tmp/it's $HOME {Guid.NewGuid():N}";
        await fixture.ShellAsync(Host, "mkdir -p \"$1/some\"", place);
        var request = new UnitRequest(_name, "sh", "-c", work) { TimeLimit = TimeSpan.FromSeconds(2), Afterwards = ShellQuoting.Quote(["rm", "-rf", "--", place]) };
        await NodeUnits.StartAsync(Node, request, CancellationToken.None);

        var (end, _) = await FollowAsync(fixture.Nodes);

        Assert.Equal(state, end.State);
        await fixture.ShellAsync(Host, "! ls -d \"$1\"", place);
    }

    [Fact]
    public async Task Cancelling_ends_every_process_of_it_even_those_that_trap_TERM()
    {
        const string Stubborn = "trap '' TERM; for i in 1 2; do setsid sh -c \"trap '' TERM; while :; do sleep 1; done\" & done; echo ready; while :; do sleep 1; done";
        await NodeUnits.StartAsync(Node, new UnitRequest(_name, "sh", "-c", Stubborn) { StopGrace = TimeSpan.FromSeconds(1) }, CancellationToken.None);
        var group = (await fixture.ShellAsync(Host, "systemctl show --property=ControlGroup --value \"$1\"", $"{_name}.service")).Trim();
        Assert.True(int.Parse(await fixture.ShellAsync(Host, $"cat /sys/fs/cgroup{group}/cgroup.procs | wc -l"), null) >= 3);

        var end = await NodeUnits.CancelAsync(Node, _name, CancellationToken.None);

        Assert.Equal(UnitState.Stopped, end.State);
        Assert.Equal("KILL", end.Signal);
        Assert.Equal("", await fixture.ShellAsync(Host, $"cat /sys/fs/cgroup{group}/cgroup.procs 2>/dev/null || true; pgrep -f 'while :; do slee[p] 1' || true"));
        Assert.Equal(end, await NodeUnits.CancelAsync(Node, _name, CancellationToken.None));
    }

    [Fact]
    public async Task Work_that_exits_well_when_it_is_cancelled_has_not_succeeded()
    {
        await StartAsync("sh", "-c", "trap 'exit 0' TERM; sleep 60 & wait");

        var end = await NodeUnits.CancelAsync(Node, _name, CancellationToken.None);

        Assert.Equal((UnitState.Stopped, 0, false), (end.State, end.ExitCode, end.Succeeded));
    }

    [Fact]
    public async Task A_program_or_user_that_does_not_exist_is_told_at_the_start()
    {
        var noProgram = await Assert.ThrowsAsync<DrException>(() => StartAsync("no-such-program"));
        Assert.Equal(UnitState.Absent, (await NodeUnits.FindAsync(Node, _name, CancellationToken.None)).State);
        var noUser = await Assert.ThrowsAsync<DrException>(
            () => NodeUnits.StartAsync(Node, new UnitRequest(_name, "true") { User = "no-such-user" }, CancellationToken.None));

        Assert.Equal(["UnitNotStarted", "UnitNotStarted"], [noProgram.Id, noUser.Id]);
        Assert.Contains("no-such-program", noProgram.Message, StringComparison.Ordinal);
        Assert.False((await NodeUnits.FindAsync(Node, _name, CancellationToken.None)).Succeeded);
    }

    [Fact]
    public async Task A_start_that_was_overtaken_and_forgotten_never_runs_its_program()
    {
        // What is left where the connection breaks between the folder and systemd's answer: prepared, and unknown to systemd.
        await StartAsync("true");
        await FollowAsync(fixture.Nodes);
        await fixture.ShellAsync(Host, "cd \"$1\" && rm begun result", $"{Folder}/{_name}");

        Assert.Equal(UnitState.NeverBegan, (await NodeUnits.FindAsync(Node, _name, CancellationToken.None)).State);
        await NodeUnits.ForgetAsync(Node, _name, CancellationToken.None);

        // systemd gets the start late, as UnitStart gives it.
        var late = UnitStart.Command(new UnitRequest(_name, "touch", "/run/lock/too-late"));
        await fixture.Lab.ExecAsync(Host, ["systemd-run", .. late.Arguments.Skip(5)]);
        Assert.Equal("", await fixture.ShellAsync(Host, "ls /run/lock/too-late 2>/dev/null || true"));
        Assert.Equal(UnitState.Absent, (await NodeUnits.FindAsync(Node, _name, CancellationToken.None)).State);
    }

    [Fact]
    public async Task Arguments_reach_the_program_as_they_were_given()
    {
        var seed = Random.Shared.Next();
        // D-Bus, which carries them to systemd, knows no noncharacters such as U+FFFE.
        var sent = RandomText.From(seed).Where(text => text.EnumerateRunes().All(rune => (rune.Value & 0xFFFE) != 0xFFFE && rune.Value is < 0xFDD0 or > 0xFDEF)).Take(400).ToArray();

        await StartAsync("/usr/bin/printf", ["%s\\0", .. sent]);

        RandomText.AssertSame(sent, (await FollowAsync(fixture.Nodes)).Output, seed);
    }

    [Fact]
    public async Task A_lot_of_output_is_followed_in_bounded_memory()
    {
        const int Last = 6_700_000;
        const int PiecesTwiceAndSome = 48 * 1024 * 1024;
        await StartAsync("seq", "1", $"{Last}");
        using var counted = new WatchedStream();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var end = await NodeUnits.FollowAsync(fixture.Nodes.Get(Host), _name, 0, counted, CancellationToken.None);

        Assert.True(end.Succeeded, $"{end}");
        var there = await fixture.ShellAsync(Host, "stat -c %s \"$1\"; sha256sum <\"$1\"", $"{Folder}/{_name}/output");
        Assert.Equal($"{counted.Length}\n{counted.Sha256}  -\n", there);
        Assert.True(counted.Length > 50_000_000);
        Assert.InRange(counted.MostMemory - before, long.MinValue, PiecesTwiceAndSome);
    }

    [Fact]
    public async Task Work_on_a_node_that_lost_its_power_is_lost()
    {
        await using var nodes = fixture.NewNodes();
        await StartAsync("sleep", "600");
        await fixture.Lab.KillAsync(Host);
        await fixture.Lab.StartAsync(Host);
        try
        {
            var found = await NodeUnits.FindAsync(nodes.Get(Host), _name, CancellationToken.None);

            Assert.Equal((UnitState.Lost, true), (found.State, found.NodeRestarted));
            Assert.Equal("UnitExists", (await Assert.ThrowsAsync<DrException>(
                () => NodeUnits.StartAsync(EngineLabFixture.Changing(nodes, Host), new UnitRequest(_name, "true"), CancellationToken.None))).Id);
        }
        finally
        {
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    private Task StartAsync(string program, params string[] arguments) =>
        NodeUnits.StartAsync(Node, new UnitRequest(_name, program, arguments), CancellationToken.None);

    private async Task<(UnitReading End, string Output)> FollowAsync(NodeSet nodes)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var output = new MemoryStream();
        var end = await NodeUnits.FollowAsync(nodes.Get(Host), _name, 0, output, limit.Token);
        return (end, Encoding.UTF8.GetString(output.ToArray()));
    }
}
