namespace ZabbixDR.Engine.Nodes;

/// <summary>A program that runs on a node. Disposing it before its end aborts it.</summary>
internal interface INodeProcess : IAsyncDisposable
{
    /// <summary>Its standard output. It must be read to the end, at full speed: the SSH channel has no back-pressure.</summary>
    Stream Output { get; }

    /// <summary>Copies its standard output to where it ends, as fast as the transport can.</summary>
    Task CopyOutputAsync(Stream destination, CancellationToken cancellation) => Output.CopyToAsync(destination, cancellation);

    /// <summary>Its standard error, likewise.</summary>
    Stream Error { get; }

    /// <summary>Its standard input. Disposing it gives the program the end of its input.</summary>
    Stream Input { get; }

    /// <summary>Its end.</summary>
    Task<ProcessEnd> Ended { get; }

    /// <summary>Stops waiting for it: closes its streams and its channel. What it does then is up to the program, or to <see cref="Lifeline"/>.</summary>
    void Abort();
}
