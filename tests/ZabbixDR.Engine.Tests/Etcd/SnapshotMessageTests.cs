using System.Buffers;
using Etcdserverpb;
using FsCheck.Xunit;
using Google.Protobuf;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class SnapshotMessageTests
{
    private readonly SnapshotMessage _message = new();

    [Property(MaxTest = 300)]
    public bool It_reads_what_the_generated_message_writes(byte[] blob, ulong remaining, ulong member, bool versioned, int cut)
    {
        var written = new SnapshotResponse
        {
            Header = new ResponseHeader { MemberId = member, Revision = 7 },
            RemainingBytes = remaining,
            Blob = ByteString.CopyFrom(blob),
            Version = versioned ? "3.6.0" : "",
        }.ToByteArray();
        _message.Read(InTwo(written, cut));

        return _message.Blob.Span.SequenceEqual(blob) && _message.RemainingBytes == remaining;
    }

    [Property(MaxTest = 300)]
    public bool Bytes_that_are_no_message_are_refused_and_nothing_else_happens(byte[] bytes)
    {
        try
        {
            _message.Read(new ReadOnlySequence<byte>(bytes));
            return true;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }

    [Fact]
    public void A_length_beyond_the_message_is_refused()
    {
        // Field 3, the blob, said to have 2^40 bytes.
        byte[] bytes = [0x1A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20, 1, 2, 3];

        Assert.Throws<InvalidDataException>(() => _message.Read(new ReadOnlySequence<byte>(bytes)));
    }

    private static ReadOnlySequence<byte> InTwo(byte[] bytes, int cut)
    {
        var at = (int)((uint)cut % (uint)(bytes.Length + 1));
        var first = new Segment(bytes.AsMemory(0, at), 0);
        var last = first.Append(bytes.AsMemory(at));
        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, long start)
        {
            Memory = memory;
            RunningIndex = start;
        }

        public Segment Append(ReadOnlyMemory<byte> memory)
        {
            var next = new Segment(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
