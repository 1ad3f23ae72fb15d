using System.Buffers.Binary;

namespace ZabbixDR.Engine.Etcd;

/// <summary>A branch or leaf page of a bbolt database: its table of elements.</summary>
/// <param name="IsBranch">True where its elements are pages, false where they are keys with values.</param>
/// <param name="Offset">Where the table stands in the file.</param>
/// <param name="Elements">The table.</param>
internal sealed record BoltPage(bool IsBranch, long Offset, byte[] Elements)
{
    private const int ElementSize = 16;

    public int Count => Elements.Length / ElementSize;

    // An element's position counts from the element itself.
    public BoltElement Element(int index)
    {
        var bytes = Elements.AsSpan(index * ElementSize, ElementSize);
        var at = Offset + (index * ElementSize);
        return IsBranch
            ? new BoltElement(0, at + UInt32(bytes, 0), UInt32(bytes, 4), 0, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]))
            : new BoltElement(UInt32(bytes, 0), at + UInt32(bytes, 4), UInt32(bytes, 8), UInt32(bytes, 12), 0);
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
