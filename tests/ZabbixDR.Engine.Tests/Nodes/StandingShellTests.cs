using System.Diagnostics;
using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Local;
using ZabbixDR.Engine.Nodes.Ssh;

namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>The shell that stands on a node, on this machine.</summary>
public sealed class StandingShellTests : IAsyncDisposable
{
    private static readonly TimeSpan s_soon = TimeSpan.FromMinutes(1);
    private readonly StandingTransport _transport = new("setsid", "sh");
    private readonly Node _node;

    // The first look has a channel of its own.
    public StandingShellTests()
    {
        _node = LocalNode.Over(_transport);
        _node.RunAsync(Shell("true"), CancellationToken.None).GetAwaiter().GetResult();
    }

    [Fact]
    public async Task One_shell_runs_them_all_and_each_has_what_it_printed_and_its_end()
    {
        for (var code = 0; code < 50; code++)
        {
            var result = await _node.RunAsync(Shell($"printf 'out {code}'; printf 'err {code}' >&2; exit {code}") with { AcceptedExitCodes = [code] }, CancellationToken.None);

            Assert.Equal((code, $"out {code}", $"err {code}"), (result.ExitCode, result.Output, result.Error));
        }

        Assert.Equal(2, _transport.Started);
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are()
    {
        string[] arguments = ["two\nlines\n", "$(id) `id` $HOME", "it's \"quoted\" \\ \\\\", "", " ", "-n", "\t", "ÄÖ€😀", "\r", "%s"];

        var result = await _node.RunAsync(new ObservingCommand("printf", ["%s\\0", .. arguments]), CancellationToken.None);

        Assert.Equal(arguments, result.Output.TrimEnd('\0').Split('\0'));
        Assert.Equal(2, _transport.Started);
    }

    [Fact]
    public async Task A_command_reads_nothing_of_what_is_meant_for_the_shell_and_has_its_variables()
    {
        var result = await _node.RunAsync(Shell("cat; echo $LC_ALL $TZ; cd /"), CancellationToken.None);

        Assert.Equal("C UTC\n", result.Output);
        Assert.Equal("1\n", (await _node.RunAsync(Shell("echo 1"), CancellationToken.None)).Output);
    }

    [Fact]
    public async Task What_is_missing_or_killed_is_told_as_over_a_channel_of_its_own()
    {
        var missing = await Assert.ThrowsAsync<DrException>(() => _node.RunAsync(new ObservingCommand("no-such-program"), CancellationToken.None));
        var killed = await Assert.ThrowsAsync<DrException>(() => _node.RunAsync(Shell("kill -KILL $$"), CancellationToken.None));

        Assert.Equal(("ProgramMissing", "CommandFailed"), (missing.Id, killed.Id));
        Assert.Contains("no-such-program: not found", missing.Message, StringComparison.Ordinal);
        Assert.Contains("signal KILL ended it", killed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Killed", killed.Message, StringComparison.Ordinal);
        Assert.Equal(2, _transport.Started);
    }

    [Fact]
    public async Task Beside_one_that_runs_another_has_a_channel_of_its_own()
    {
        var slow = _node.RunAsync(Shell("sleep 1; echo slow"), CancellationToken.None);

        var quick = await _node.RunAsync(Shell("echo quick"), CancellationToken.None);

        Assert.Equal(("quick\n", "slow\n", 3), (quick.Output, (await slow).Output, _transport.Started));
    }

    [Fact]
    public async Task One_that_is_given_up_ends_with_its_children_and_the_next_has_a_new_shell()
    {
        var mark = $"{86_400 + Random.Shared.Next(100_000)}";
        using var stop = new CancellationTokenSource();
        var running = _node.RunAsync(Shell($"trap '' TERM; sleep {mark}; sleep {mark}; echo late"), stop.Token);
        await UntilAsync(() => Running(mark) > 0, "it did not begin");

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("next\n", (await _node.RunAsync(Shell("echo next"), CancellationToken.None)).Output);
        await UntilAsync(() => Running(mark) == 0, "it is still there");
        Assert.Equal(3, _transport.Started);
    }

    [Theory]
    [InlineData("read -r line", false)]
    [InlineData("true", true)]
    public async Task Where_none_can_stand_each_has_a_channel_of_its_own(string instead, bool isGoneBeforeItIsTold)
    {
        await using var transport = new StandingTransport("sh", "-c", instead) { IsGoneBeforeItIsTold = isGoneBeforeItIsTold };
        var node = LocalNode.Over(transport);

        // The second, which finds the shell gone, is run once more, as after a connection that broke.
        Assert.Equal(["1\n", "2\n"], new[] { (await node.RunAsync(Shell("echo 1"), CancellationToken.None)).Output, (await node.RunAsync(Shell("echo 2"), CancellationToken.None)).Output });
        Assert.Equal(3, transport.Started);
    }

    public async ValueTask DisposeAsync() => await _node.DisposeAsync();

    private static ObservingCommand Shell(string script) => new("sh", "-c", script);

    private static int Running(string mark) => Process.GetProcessesByName("sleep").Count(process => CommandLine(process.Id).Contains(mark, StringComparison.Ordinal));

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static async Task UntilAsync(Func<bool> condition, string complaint)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); await Task.Delay(20))
        {
            Assert.True(clock.Elapsed < s_soon, complaint);
        }
    }

    /// <summary>This machine, with a shell that stands on it.</summary>
    private sealed class StandingTransport : INodeTransport
    {
        private readonly LocalTransport _here = new("here");
        private readonly StandingShell _shell;

        public StandingTransport(params string[] shell) => _shell = new StandingShell(async (arguments, cancellation) =>
        {
            var process = await StartAsync([.. shell, .. arguments.Skip(1)], ChannelUse.Command, cancellation);
            if (IsGoneBeforeItIsTold)
            {
                await process.Ended;
            }

            return process;
        });

        public bool IsGoneBeforeItIsTold { get; init; }

        public int Started { get; private set; }

        public string LoginUser => _here.LoginUser;

        public Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ChannelUse use, CancellationToken cancellation)
        {
            Started++;
            return _here.StartAsync(arguments, use, cancellation);
        }

        public async Task<INodeProcess> StartAsync(Invocation invocation, CancellationToken cancellation) =>
            await _shell.TryRunAsync(invocation, cancellation) ?? await StartAsync(invocation.Vector, ChannelUse.Command, cancellation);

        public ValueTask DisposeAsync() => _shell.DisposeAsync();
    }
}
