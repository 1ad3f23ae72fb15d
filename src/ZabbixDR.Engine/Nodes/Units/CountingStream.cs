namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>A destination that counts what another has taken. It does not close that one.</summary>
/// <param name="inner">The other.</param>
internal sealed class CountingStream(Stream inner) : WriteOnlyStream
{
    /// <summary>How many bytes it has taken.</summary>
    public long Written { get; private set; }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        Written += buffer.Length;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        Written += buffer.Length;
    }

    public override void Flush() => inner.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);
}
