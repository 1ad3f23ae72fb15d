using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class ReconnectTests
{
    private static readonly ObservingCommand Look = new("sh", "-c", "printf 'one\\ntwo\\n'");

    [Fact]
    public async Task A_command_that_only_looks_is_run_once_more_and_its_first_output_is_forgotten()
    {
        var transport = new BreakingTransport(1, "on");

        Assert.Equal(["one", "two"], (await LocalNode.Over(transport).RunAsync(Look, CancellationToken.None)).Lines);
        Assert.Equal(2, transport.Started);
    }

    [Fact]
    public async Task A_second_break_is_told()
    {
        var transport = new BreakingTransport(2);

        Assert.Equal("ConnectionLost", (await Assert.ThrowsAsync<DrException>(() => LocalNode.Over(transport).RunAsync(Look, CancellationToken.None))).Id);
        Assert.Equal(2, transport.Started);
    }

    [Fact]
    public async Task One_that_changes_something_is_never_run_twice()
    {
        var transport = new BreakingTransport(1);

        var error = await Assert.ThrowsAsync<DrException>(() => LocalNode.Over(transport).RunAsync(new ChangingCommand("true"), CancellationToken.None));

        Assert.Equal("ConnectionLost", error.Id);
        Assert.Contains("what the command had done by then is not known", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, transport.Started);
    }

    [Fact]
    public async Task A_line_that_was_given_on_is_never_given_twice()
    {
        var lines = new List<string>();
        var transport = new BreakingTransport(1, "one\n");

        await Assert.ThrowsAsync<DrException>(() => LocalNode.Over(transport).RunAsync(Look, lines.Add, CancellationToken.None));

        Assert.Equal(["one"], lines);
        Assert.Equal(1, transport.Started);
    }

    [Fact]
    public async Task Lines_of_which_none_came_are_asked_for_again()
    {
        var lines = new List<string>();

        await LocalNode.Over(new BreakingTransport(1)).RunAsync(Look, lines.Add, CancellationToken.None);

        Assert.Equal(["one", "two"], lines);
    }
}
