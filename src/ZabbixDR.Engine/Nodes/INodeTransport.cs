namespace ZabbixDR.Engine.Nodes;

/// <summary>The way to a node: starts programs there and knows nothing of users, limits and errors.</summary>
internal interface INodeTransport : IAsyncDisposable
{
    /// <summary>The user that programs are started as.</summary>
    /// <exception cref="DrException">ssh_config, which may name it, cannot be used.</exception>
    string LoginUser { get; }

    /// <summary>Starts a program. Its standard input stays open until we close it, or the connection ends.</summary>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="use">What it is started for.</param>
    /// <param name="cancellation">Ends the wait for the connection.</param>
    Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ChannelUse use, CancellationToken cancellation);

    /// <summary>Starts a command whose answer is short, in the way that costs the node least.</summary>
    /// <param name="invocation">The command. Both of its outputs must be read to their end before its end is asked for.</param>
    /// <param name="cancellation">Ends the wait for the connection.</param>
    Task<INodeProcess> StartAsync(Invocation invocation, CancellationToken cancellation) => StartAsync(invocation.Vector, ChannelUse.Command, cancellation);
}
