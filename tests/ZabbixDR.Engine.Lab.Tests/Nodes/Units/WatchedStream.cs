using System.Security.Cryptography;

namespace ZabbixDR.Engine.Lab.Tests.Nodes.Units;

/// <summary>Takes what is written, says when it began, and sees how much memory this process held meanwhile.</summary>
internal sealed class WatchedStream : Stream
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _length;

    public Task Began => _began.Task;

    public string Sha256 => Convert.ToHexStringLower(_hash.GetCurrentHash());

    public long MostMemory { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => _length;

    public override long Position
    {
        get => _length;
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        _hash.AppendData(buffer, offset, count);
        _length += count;
        MostMemory = Math.Max(MostMemory, GC.GetTotalMemory(forceFullCollection: true));
        if (count > 0)
        {
            _began.TrySetResult();
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        _hash.Dispose();
        base.Dispose(disposing);
    }
}
