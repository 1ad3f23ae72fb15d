using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Topology;
using ZabbixDR.Lab;

namespace ZabbixDR.Engine.Lab.Tests;

/// <summary>The running lab that all tests share, one after the other, and the engine's way to its hosts.</summary>
public sealed class EngineLabFixture : IAsyncDisposable
{
    public EngineLabFixture()
    {
        Lab = TwoSiteLab.Open(Environment.GetEnvironmentVariable("ZABBIXDR_LAB") ?? "default");
        Nodes = NewNodes();
    }

    public TwoSiteLab Lab { get; }

    /// <summary>The connections that tests share where they do not break any.</summary>
    public NodeSet Nodes { get; }

    /// <summary>The nodes as another process would have them: with connections of their own.</summary>
    public NodeSet NewNodes() => new(TopologyReader.Read(Lab.TopologyFile).Require(), new SessionAccess());

    /// <summary>A node of the shared connections that may be changed.</summary>
    public IChangingNode Changing(string name) => Changing(Nodes, name);

    /// <summary>A node that may be changed.</summary>
    public static IChangingNode Changing(NodeSet nodes, string name) =>
        nodes.ChangingAsync(nodes.Get(name), ChangePermit.AfterConsent("a test"), CancellationToken.None).GetAwaiter().GetResult();

    /// <summary>Runs a script on a host as root, by the lab's own way and without SSH, and returns what it printed.</summary>
    public async Task<string> ShellAsync(string host, string script, params string[] arguments) =>
        (await Lab.ExecCheckedAsync(host, ["sh", "-ec", script, "test", .. arguments])).Output;

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();
}
