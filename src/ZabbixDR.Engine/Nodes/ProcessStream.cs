namespace ZabbixDR.Engine.Nodes;

/// <summary>A program's standard output and input as one stream: reading takes the one, writing feeds the other.</summary>
internal sealed class ProcessStream : Stream
{
    private readonly INodeProcess _process;
    private readonly Task _errors;

    public ProcessStream(INodeProcess process)
    {
        _process = process;
        _errors = DrainAsync(process.Error);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Flush() => _process.Input.Flush();

    public override Task FlushAsync(CancellationToken cancellationToken) => _process.Input.FlushAsync(cancellationToken);

    public override int Read(byte[] buffer, int offset, int count) => _process.Output.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => _process.Output.Read(buffer);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _process.Output.ReadAsync(buffer, offset, count, cancellationToken);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _process.Output.ReadAsync(buffer, cancellationToken);

    public override void Write(byte[] buffer, int offset, int count)
    {
        _process.Input.Write(buffer, offset, count);
        _process.Input.Flush();
    }

    public override async Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        await WriteAsync(buffer.AsMemory(offset, count), cancellationToken).ConfigureAwait(false);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await _process.Input.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
        await _process.Input.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync().ConfigureAwait(false);
        await _errors.ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _process.Abort();
        }

        base.Dispose(disposing);
    }

    // Unread, it would fill memory: the channel has no back-pressure.
    private static async Task DrainAsync(Stream errors)
    {
        try
        {
            await errors.CopyToAsync(Stream.Null).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The conversation was ended from our side.
        }
    }
}
