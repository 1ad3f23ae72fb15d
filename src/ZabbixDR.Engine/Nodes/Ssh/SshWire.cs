using System.Buffers.Binary;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>Reads SSH's own data types (RFC 4251, 5).</summary>
internal sealed class SshWire
{
    private readonly byte[] _data;
    private int _at;

    public SshWire(byte[] data) => _data = data;

    /// <summary>An uint32.</summary>
    /// <exception cref="InvalidDataException">The data ends before it, as for the other methods.</exception>
    public uint Number() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1)[0];

    /// <summary>A string: its length and its bytes.</summary>
    public byte[] String() => Number() is var length && length <= int.MaxValue ? Take((int)length).ToArray() : throw new InvalidDataException("a length is out of range");

    /// <summary>Passes over bytes.</summary>
    public void Skip(int count) => Take(count);

    /// <summary>A string to be sent.</summary>
    public static byte[] Of(byte[] value)
    {
        var data = new byte[4 + value.Length];
        BinaryPrimitives.WriteUInt32BigEndian(data, (uint)value.Length);
        value.CopyTo(data, 4);
        return data;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _data.Length - _at)
        {
            throw new InvalidDataException("the data is shorter than it says");
        }

        _at += count;
        return _data.AsSpan(_at - count, count);
    }
}
