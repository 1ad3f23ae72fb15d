namespace ZabbixDR.Engine.Nodes;

/// <summary>The way to a node: starts programs there and knows nothing of users, limits and errors.</summary>
internal interface INodeTransport : IAsyncDisposable
{
    /// <summary>The user that programs are started as.</summary>
    /// <exception cref="DrException">ssh_config, which may name it, cannot be used.</exception>
    string LoginUser { get; }

    /// <summary>Starts a program.</summary>
    /// <param name="arguments">The program and its arguments.</param>
    /// <param name="input">What its standard input is.</param>
    /// <param name="cancellation">Ends the wait for the connection.</param>
    Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ProcessInput input, CancellationToken cancellation);
}
