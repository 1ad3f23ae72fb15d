using System.Diagnostics;
using System.Globalization;
using System.Text;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Local;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class LocalNodeTests : IAsyncDisposable
{
    // Far below what the programs here would run for, and far above what a loaded machine takes to end them.
    private static readonly TimeSpan Soon = TimeSpan.FromMinutes(1);
    private readonly Node _node = LocalNode.Here();

    [Fact]
    public async Task Output_exit_code_and_messages_come_back()
    {
        var result = await _node.RunAsync(Shell("printf 'one\\ntwo\\n'; echo careful >&2; exit 3") with { AcceptedExitCodes = [3] }, CancellationToken.None);

        Assert.Equal(3, result.ExitCode);
        Assert.Equal(["one", "two"], result.Lines);
        Assert.Equal("careful\n", result.Error);
    }

    [Fact]
    public async Task A_machine_that_is_no_node_is_told_as_that()
    {
        var node = LocalNode.Over(new LocalTransport("here", isLinux: false));

        var error = await Assert.ThrowsAsync<DrException>(() => node.RunAsync(Shell("true"), CancellationToken.None));

        Assert.Equal(("LocalNodeNotLinux", DrErrorKind.Precondition, "here"), (error.Id, error.Kind, error.Node));
        Assert.Contains("address: local", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_command_leaves_behind_on_purpose_stays_and_nothing_else_does()
    {
        var mark = $"{TimeSpan.FromDays(1).TotalSeconds + Random.Shared.Next(100_000)}";
        var child = int.Parse((await _node.RunAsync(Shell($"sleep {mark} >/dev/null 2>&1 & echo $!"), CancellationToken.None)).Output, CultureInfo.InvariantCulture);
        using var left = Process.GetProcessById(child);
        try
        {
            for (var clock = Stopwatch.StartNew(); WatchersOf(mark) > 0; await Task.Delay(20))
            {
                Assert.True(clock.Elapsed < Soon, "the watcher is still there");
            }

            Assert.False(left.HasExited);
        }
        finally
        {
            left.Kill();
        }
    }

    // Only the shell that watches has the command as an argument once the command itself has ended.
    private static int WatchersOf(string mark) => Process.GetProcesses().Count(process => CommandLine(process.Id) is var line
        && line.StartsWith("sh\0-c\0export LC_ALL", StringComparison.Ordinal) && line.Contains(mark, StringComparison.Ordinal));

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are_and_the_locale_is_fixed()
    {
        var result = await _node.RunAsync(new ObservingCommand("sh", "-c", "echo \"$1|$LC_ALL|$TZ\"", "sh", "$HOME 'x' *"), CancellationToken.None);

        Assert.Equal("$HOME 'x' *|C|UTC", Assert.Single(result.Lines));
    }

    [Fact]
    public async Task An_exit_code_that_is_no_answer_is_an_error_with_the_last_lines()
    {
        var error = await Assert.ThrowsAsync<DrException>(() => _node.RunAsync(Shell("seq 1 100 >&2; exit 7"), CancellationToken.None));

        Assert.Equal(("CommandFailed", DrErrorKind.Remote, "here"), (error.Id, error.Kind, error.Node));
        Assert.Contains("exit code 7: 93", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("92", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("kill -KILL $$", "signal KILL ended it")]
    [InlineData("kill -TERM $$", "signal TERM ended it")]
    [InlineData("exit 255", "exit code 255")]
    public async Task A_signal_is_told_from_an_exit_code(string script, string told)
    {
        var error = await Assert.ThrowsAsync<DrException>(() => _node.RunAsync(Shell(script), CancellationToken.None));

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_named()
    {
        foreach (var run in new Func<Task>[]
        {
            () => _node.RunAsync(new ObservingCommand("no-such-program"), CancellationToken.None),
            () => _node.RunAsync(new ChangingCommand("no-such-program"), CancellationToken.None),
        })
        {
            var error = await Assert.ThrowsAsync<DrException>(run);
            Assert.Equal("ProgramMissing", error.Id);
            Assert.Contains("Install no-such-program", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Another_user_cannot_be_become_where_the_topology_says_none()
    {
        var error = await Assert.ThrowsAsync<DrException>(() => _node.RunAsync(Shell("true") with { User = "postgres" }, CancellationToken.None));

        Assert.Equal(("BecomeImpossible", DrErrorKind.Precondition), (error.Id, error.Kind));
    }

    [Fact]
    public async Task Lines_come_while_the_program_runs()
    {
        var first = new TaskCompletionSource();
        var seen = new List<string>();
        var gate = Path.GetTempFileName();

        var running = _node.RunAsync(
            new ObservingCommand("sh", "-c", "echo one; while [ -e \"$1\" ]; do sleep 0.05; done; printf two", "sh", gate),
            line =>
            {
                seen.Add(line);
                first.TrySetResult();
            },
            CancellationToken.None);
        await first.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(running.IsCompleted);
        File.Delete(gate);
        await running;

        Assert.Equal(["one", "two"], seen);
    }

    [Fact]
    public async Task The_tail_of_the_messages_is_kept_and_no_more()
    {
        var result = await _node.RunAsync(Shell("yes careful | head -c 300000 >&2; printf END >&2"), CancellationToken.None);

        Assert.EndsWith("END", result.Error, StringComparison.Ordinal);
        Assert.InRange(result.Error.Length, 60_000, 64 * 1024);
    }

    [Fact]
    public async Task Output_beyond_all_measure_is_refused_at_once()
    {
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<DrException>(() => _node.RunAsync(new ObservingCommand("cat", "/dev/zero") { TimeLimit = TimeSpan.FromMinutes(5) }, CancellationToken.None));

        Assert.Equal(("OutputTooLarge", DrErrorKind.InvalidData), (error.Id, error.Kind));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Soon);
    }

    [Fact]
    public async Task A_reader_that_fails_ends_the_program()
    {
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAsync<DrException>(() => _node.RunAsync(
            Shell("yes") with { TimeLimit = TimeSpan.FromMinutes(5) },
            _ => throw DrException.Of(DrErrorKind.InvalidData, "here", "Reading", "nonsense", "Nothing."),
            CancellationToken.None));

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Soon);
    }

    [Fact]
    public async Task Bytes_go_into_a_stream_unchanged()
    {
        var bytes = new MemoryStream();

        await _node.RunAsync(Shell("head -c 1000000 /dev/zero; printf '\\377\\200'"), bytes, CancellationToken.None);

        Assert.Equal(1_000_002, bytes.Length);
        Assert.Equal([0xff, 0x80], bytes.ToArray()[^2..]);
    }

    [Fact]
    public async Task Input_is_fed_whole()
    {
        var input = new byte[3_000_000];
        new Random(1).NextBytes(input);
        var output = new MemoryStream();

        await _node.RunAsync(new ObservingCommand("cat") { Input = new MemoryStream(input) }, output, CancellationToken.None);

        Assert.Equal(input, output.ToArray());
    }

    [Fact]
    public async Task A_program_that_does_not_read_its_input_fails_with_its_own_message()
    {
        var error = await Assert.ThrowsAsync<DrException>(
            () => _node.RunAsync(Shell("echo 'no room' >&2; exit 1") with { Input = new MemoryStream(new byte[3_000_000]) }, CancellationToken.None));

        Assert.Equal("CommandFailed", error.Id);
        Assert.Contains("no room", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_without_input_sees_its_end_at_once()
    {
        Assert.Equal("", (await _node.RunAsync(new ObservingCommand("cat"), CancellationToken.None)).Output);
        Assert.Equal("", (await _node.RunAsync(new ChangingCommand("cat"), CancellationToken.None)).Output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_time_limit_ends_the_program(bool changing)
    {
        var mark = Mark();
        var clock = Stopwatch.StartNew();

        var error = await Assert.ThrowsAsync<DrException>(() => Sleep(changing, mark, TimeSpan.FromSeconds(1), CancellationToken.None));

        Assert.Equal(("CommandTimedOut", DrErrorKind.Timeout), (error.Id, error.Kind));
        Assert.Contains("had not ended after 1 s", error.Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1), Soon);
        await GoneAsync(mark);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_ends_the_program_and_its_children(bool changing)
    {
        var mark = Mark();
        using var stop = new CancellationTokenSource();
        var running = Sleep(changing, mark, TimeSpan.FromMinutes(5), stop.Token);
        await UntilAsync(() => Running(mark) > 0);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Soon));
        await GoneAsync(mark);
    }

    [Fact]
    public async Task A_child_that_ignores_the_first_signal_does_not_outlive_its_parent()
    {
        var mark = Mark();
        using var stop = new CancellationTokenSource();
        var running = _node.RunAsync(Shell($"(trap '' TERM; sh -c 'sleep 600; : {mark}'; : again) & exec sh -c 'sleep 600; : {mark}'"), stop.Token);
        await UntilAsync(() => Running($"sleep 600; : {mark}") >= 2);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Soon));
        await GoneAsync(mark);
    }

    [Fact]
    public async Task A_conversation_goes_both_ways_and_ends_with_its_stream()
    {
        var mark = Mark();
        var stream = await _node.ConverseAsync(new ObservingCommand("sh", "-c", $"while read -r line; do echo \"<$line>\"; done; : {mark}"), CancellationToken.None);
        var answer = new byte[64];

        await stream.WriteAsync(Encoding.UTF8.GetBytes("hello\n"));
        var length = await stream.ReadAsync(answer);

        Assert.Equal("<hello>\n", Encoding.UTF8.GetString(answer, 0, length));
        Assert.NotEqual(0, Running(mark));
        await stream.DisposeAsync();
        await GoneAsync(mark);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_secret_reaches_the_environment_and_no_argument_list(bool changing)
    {
        var secret = $"two words $(and) 'quotes' {Mark()}";
        var environment = new Dictionary<string, Secret> { ["ZDR_ONE"] = new(secret), ["ZDR_TWO"] = new("2") };
        const string show = "echo \"$ZDR_ONE|$ZDR_TWO\"; cat; tr '\\0' '\\n' </proc/$PPID/cmdline; cat /proc/[0-9]*/cmdline 2>/dev/null | tr -d '\\0' | grep -c \"[m]${ZDR_ONE##*' m'}\"";

        var result = changing
            ? await _node.RunAsync(new ChangingCommand("sh", "-c", show) { Environment = environment, AcceptedExitCodes = [1] }, CancellationToken.None)
            : await _node.RunAsync(Shell(show) with { Environment = environment, AcceptedExitCodes = [1] }, CancellationToken.None);

        Assert.Equal($"{secret}|2", result.Lines[0]);
        Assert.Equal("0", result.Lines[^1]);
    }

    [Fact]
    public async Task What_sudo_did_not_ask_for_never_reaches_the_program()
    {
        var prelude = new Prelude(new Secret("password"), new Dictionary<string, Secret>());
        var content = new byte[] { 1, 0, 10, 255 };
        var output = new MemoryStream();

        var command = prelude.Attach(["cat"]);
        await _node.RunAsync(
            new ObservingCommand(command[0], [.. command.Skip(1)]) { Input = new MemoryStream([.. prelude.Opening.Span, .. content]) }, output, CancellationToken.None);

        Assert.Equal(content, output.ToArray());
    }

    [Fact]
    public async Task A_command_whose_opening_is_cut_short_does_not_run()
    {
        var prelude = new Prelude(new Secret("password"), new Dictionary<string, Secret>());
        var command = prelude.Attach(["echo", "ran"]);

        var error = await Assert.ThrowsAsync<DrException>(
            () => _node.RunAsync(new ObservingCommand(command[0], [.. command.Skip(1)]) { Input = new MemoryStream(prelude.Opening[..20].ToArray()) }, CancellationToken.None));

        Assert.Contains("the input ended before the command could begin", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A", "two\nlines")]
    [InlineData("A-B", "value")]
    [InlineData("1A", "value")]
    [InlineData("", "value")]
    public void An_environment_that_cannot_be_handed_over_is_refused(string name, string value) =>
        Assert.Throws<ArgumentException>(() => new Prelude(null, new Dictionary<string, Secret> { [name] = new(value) }));

    [Fact]
    public void A_failed_command_does_not_print_its_input()
    {
        var command = new ChangingCommand("tee", "/x") { Input = new MemoryStream(Encoding.UTF8.GetBytes("secret")) };

        Assert.Equal("tee /x", command.ToString());
    }

    public ValueTask DisposeAsync() => _node.DisposeAsync();

    private static ObservingCommand Shell(string script) => new("sh", "-c", script);

    private Task<CommandResult> Sleep(bool changing, string mark, TimeSpan limit, CancellationToken cancellation)
    {
        // A child of the shell's own, so that ending the shell alone would leave it.
        var script = $"sh -c 'sleep 600; : {mark}'; : {mark}";
        return changing
            ? _node.RunAsync(new ChangingCommand("sh", "-c", script) { TimeLimit = limit }, cancellation)
            : _node.RunAsync(new ObservingCommand("sh", "-c", script) { TimeLimit = limit }, cancellation);
    }

    private static string Mark() => $"mark-{Guid.NewGuid():N}";

    private static Task GoneAsync(string mark) => UntilAsync(() => Running(mark) == 0);

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (var clock = Stopwatch.StartNew(); !condition(); await Task.Delay(20))
        {
            Assert.InRange(clock.Elapsed, TimeSpan.Zero, Soon);
        }
    }

    private static int Running(string mark) => Directory.EnumerateDirectories("/proc")
        .Where(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Count(folder => CommandLine(folder).Contains(mark, StringComparison.Ordinal));

    private static string CommandLine(string folder)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline"));
        }
        catch (IOException)
        {
            return "";
        }
    }
}
