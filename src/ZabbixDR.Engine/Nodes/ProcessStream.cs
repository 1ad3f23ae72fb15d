using System.Text;

namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// A program's standard output and input as one stream: reading takes the one, writing feeds the other. Where the output ends
/// because the program failed, reading throws that failure: a refused sudo must not look like an orderly end.
/// </summary>
internal sealed class ProcessStream : Stream
{
    // The end's report follows the last output at once; a connection that broke in between reports nothing.
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(5);
    private readonly INodeProcess _process;
    private readonly Func<ProcessEnd, string, CommandResult> _judge;
    private readonly MemoryStream _errorTail = new();
    private readonly Task _errors;

    /// <summary>Takes the program over.</summary>
    /// <param name="process">The program.</param>
    /// <param name="judge">Throws where the program's end, with the tail of its standard error, is a failure.</param>
    public ProcessStream(INodeProcess process, Func<ProcessEnd, string, CommandResult> judge)
    {
        _process = process;
        _judge = judge;
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

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _process.Output.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read == 0 && buffer.Length > 0)
        {
            await ThrowIfFailedAsync(cancellationToken).ConfigureAwait(false);
        }

        return read;
    }

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
        // Aborts, which cannot be asked of what is disposed.
        await base.DisposeAsync().ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        await _errors.ConfigureAwait(false);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _process.Abort();
        }

        base.Dispose(disposing);
    }

    private async Task ThrowIfFailedAsync(CancellationToken cancellation)
    {
        await ((Task)Task.WhenAll(_process.Ended, _errors)).WaitAsync(EndLimit, cancellation)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        var end = _process.Ended.IsCompletedSuccessfully ? await _process.Ended.ConfigureAwait(false) : new ProcessEnd(null, null);
        _judge(end, _errors.IsCompleted ? Encoding.UTF8.GetString(_errorTail.ToArray()) : "");
    }

    // Unread, it would fill memory: the channel has no back-pressure.
    private async Task DrainAsync(Stream errors)
    {
        try
        {
            await Node.KeepTailAsync(errors, _errorTail, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // The conversation was ended from our side.
        }
    }
}
