using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Readiness;

/// <summary>One question about a node itself. It changes nothing.</summary>
internal interface INodeCheck
{
    /// <summary>Its stable id: <c>node</c>, a dot, and what is asked.</summary>
    string Id { get; }

    /// <summary>What must be true, as a sentence.</summary>
    string Title { get; }

    /// <summary>Answers it for a node that was reached.</summary>
    /// <exception cref="DrException">The node could not be asked; the caller makes an answer of it.</exception>
    Task<ReadinessFinding> RunAsync(INode node, CancellationToken cancellation);
}
