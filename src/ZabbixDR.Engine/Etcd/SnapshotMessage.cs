using System.Buffers;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// One message of a snapshot's stream, read into a buffer that the next message reuses. The generated SnapshotResponse makes a
/// new ByteString of each 32 KiB, which for a gigabyte is a gigabyte of garbage; everything else stays the generated stubs'.
/// </summary>
internal sealed class SnapshotMessage
{
    // etcd's rpc.proto, message SnapshotResponse; the wire types are protobuf's (protobuf.dev, Encoding).
    private const int RemainingBytesField = 2;
    private const int BlobField = 3;
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private byte[] _blob = [];
    private int _length;

    /// <summary>The next piece of the snapshot, until the next message is read.</summary>
    public ReadOnlyMemory<byte> Blob => _blob.AsMemory(0, _length);

    /// <summary>How much of the database is still to follow.</summary>
    public ulong RemainingBytes { get; private set; }

    /// <summary>The call's method, whose every answer is this message anew.</summary>
    public Method<SnapshotRequest, SnapshotMessage> Method() => new(
        MethodType.ServerStreaming,
        "etcdserverpb.Maintenance",
        "Snapshot",
        Marshallers.Create<SnapshotRequest>(request => request.ToByteArray(), SnapshotRequest.Parser.ParseFrom),
        Marshallers.Create<SnapshotMessage>((_, _) => throw new NotSupportedException(), context => Read(context.PayloadAsReadOnlySequence())));

    /// <summary>Reads the message.</summary>
    /// <exception cref="InvalidDataException">It is no such message.</exception>
    public SnapshotMessage Read(ReadOnlySequence<byte> payload)
    {
        RemainingBytes = 0;
        _length = 0;
        var reader = new SequenceReader<byte>(payload);
        while (!reader.End)
        {
            var tag = ReadVarint(ref reader);
            switch ((tag >> 3, tag & 7))
            {
                case (RemainingBytesField, Varint):
                    RemainingBytes = ReadVarint(ref reader);
                    break;
                case (BlobField, LengthDelimited):
                    ReadBlob(ref reader);
                    break;
                case (_, Varint):
                    ReadVarint(ref reader);
                    break;
                case (_, LengthDelimited):
                    reader.Advance(ReadLength(ref reader));
                    break;
                default:
                    throw Malformed();
            }
        }

        return this;
    }

    private void ReadBlob(ref SequenceReader<byte> reader)
    {
        _length = ReadLength(ref reader);
        if (_blob.Length < _length)
        {
            _blob = new byte[_length];
        }

        reader.TryCopyTo(_blob.AsSpan(0, _length));
        reader.Advance(_length);
    }

    private static int ReadLength(ref SequenceReader<byte> reader)
    {
        var length = ReadVarint(ref reader);
        return length <= (ulong)reader.Remaining ? (int)length : throw Malformed();
    }

    private static ulong ReadVarint(ref SequenceReader<byte> reader)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (!reader.TryRead(out var part))
            {
                throw Malformed();
            }

            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Malformed();
    }

    private static InvalidDataException Malformed() => new("the member sent a message that is no SnapshotResponse");
}
