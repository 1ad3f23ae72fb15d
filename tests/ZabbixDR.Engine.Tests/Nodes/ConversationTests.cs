using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Local;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>A conversation whose opening (a password, a secret) cannot be handed over.</summary>
public sealed class ConversationTests
{
    private static readonly ObservingCommand Cat = new("cat") { Environment = new Dictionary<string, Secret> { ["ZDR_SECRET"] = new("secret") } };

    [Fact]
    public async Task A_program_that_ended_before_it_took_the_opening_says_why()
    {
        var transport = new OneProcess("sh", "-c", "echo not today >&2; exit 7");

        await using var conversation = await LocalNode.Over(transport).ConverseAsync(Cat, CancellationToken.None);
        var error = await Assert.ThrowsAsync<DrException>(() => conversation.ReadAsync(new byte[1]).AsTask());

        Assert.Equal("CommandFailed", error.Id);
        Assert.Contains("exit code 7: not today", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_is_given_up_meanwhile_is_ended()
    {
        var transport = new OneProcess("cat");
        var node = LocalNode.Over(transport);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => node.ConverseAsync(Cat, new CancellationToken(canceled: true)));

        Assert.True(transport.Started!.Ended.IsCompleted);
    }

    // Runs its own program whatever it is asked for; one that ends by itself has ended before anything is written to it.
    private sealed class OneProcess(params string[] vector) : INodeTransport
    {
        private readonly LocalTransport _here = new("here");

        public INodeProcess? Started { get; private set; }

        public string LoginUser => _here.LoginUser;

        public async Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ChannelUse use, CancellationToken cancellation)
        {
            Started = await _here.StartAsync(vector, use, CancellationToken.None);
            if (vector.Length > 1)
            {
                await Started.Ended;
            }

            return Started;
        }

        public ValueTask DisposeAsync() => _here.DisposeAsync();
    }
}
