using System.Text;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Local;

namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>This machine behind a connection that breaks under the first commands, after some of their output.</summary>
internal sealed class BreakingTransport(int breaks, string output = "") : INodeTransport
{
    private readonly LocalTransport _here = new("here");

    public int Started { get; private set; }

    /// <summary>What each connection was asked for.</summary>
    public List<ChannelUse> Uses { get; } = [];

    public string LoginUser => _here.LoginUser;

    public Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ChannelUse use, CancellationToken cancellation)
    {
        Uses.Add(use);
        return Started++ < breaks ? Task.FromResult<INodeProcess>(new BrokenProcess(output)) : _here.StartAsync(arguments, use, cancellation);
    }

    public ValueTask DisposeAsync() => _here.DisposeAsync();

    private sealed class BrokenProcess(string output) : INodeProcess
    {
        public Stream Output { get; } = new MemoryStream(Encoding.UTF8.GetBytes(output));

        public Stream Error => Stream.Null;

        public Stream Input => Stream.Null;

        // What an SSH channel gives that ends without a word.
        public Task<ProcessEnd> Ended { get; } = Task.FromResult(new ProcessEnd(null, null));

        public void Abort()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
