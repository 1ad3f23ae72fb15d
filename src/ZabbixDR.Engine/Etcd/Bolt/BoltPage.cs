using System.Buffers.Binary;

namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>
/// A branch or leaf page (bbolt's internal/common/page.go): a header, a table of elements, and their keys and values one behind the
/// other, as node.go writes them. All of them are inside the page, or it is not made.
/// </summary>
internal sealed class BoltPage
{
    public const int HeaderSize = 16;
    public const int ElementSize = 16;
    private const int Branch = 0x01;
    private const int Leaf = 0x02;
    private const uint BucketElement = 0x01;
    private const int LongestKey = 32768;

    private BoltPage(long offset, long end, bool isBranch, BoltElement[] elements)
    {
        Offset = offset;
        End = end;
        IsBranch = isBranch;
        Elements = elements;
    }

    /// <summary>Where it begins in the file.</summary>
    public long Offset { get; }

    /// <summary>Where it ends, the pages that it overflows into included.</summary>
    public long End { get; }

    /// <summary>True where its elements are pages, false where they are keys with values.</summary>
    public bool IsBranch { get; }

    public IReadOnlyList<BoltElement> Elements { get; }

    /// <summary>Reads the page at an offset and proves its bounds.</summary>
    /// <exception cref="InvalidDataException">It is no branch or leaf page, or an element lies outside of it.</exception>
    public static BoltPage Read(BoltWindow window, long offset, long end)
    {
        var header = window.At(offset, HeaderSize, end);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header[8..]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        BoltDamage.Unless(flags is Branch or Leaf, offset, "its page has the unknown type 0x{0:x}", flags);
        var data = offset + HeaderSize + ((long)count * ElementSize);
        BoltDamage.Unless(data <= end, offset, "its page has {0} elements, more than fit", count);

        // A branch page is split before it has more than a page and a few keys; only leaf pages hold what is large.
        BoltDamage.Unless(flags == Leaf || end - offset <= BoltWindow.Size, offset, "its branch page is larger than bbolt makes them");
        return new BoltPage(offset, end, flags == Branch, Read(window, offset, data, end, count, flags == Branch));
    }

    private static BoltElement[] Read(BoltWindow window, long offset, long data, long end, int count, bool isBranch)
    {
        var elements = new BoltElement[count];
        var table = window.At(offset + HeaderSize, count * ElementSize, end);
        for (var index = 0; index < count; index++)
        {
            // An element's position counts from the element itself.
            var at = offset + HeaderSize + (index * ElementSize);
            var bytes = table.Slice(index * ElementSize, ElementSize);
            var element = isBranch
                ? new BoltElement(false, at + UInt32(bytes, 0), KeySize(at, UInt32(bytes, 4)), 0, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]))
                : new BoltElement((UInt32(bytes, 0) & BucketElement) != 0, at + UInt32(bytes, 4), KeySize(at, UInt32(bytes, 8)), UInt32(bytes, 12), 0);
            BoltDamage.Unless(element.KeyOffset >= data, at, "its element overlaps another");
            BoltDamage.Unless(element.End <= end, at, "its element reaches out of its page");
            (elements[index], data) = (element, element.End);
        }

        return elements;
    }

    private static int KeySize(long at, uint size)
    {
        BoltDamage.Unless(size <= LongestKey, at, "its key has {0} bytes, more than bbolt allows", size);
        return (int)size;
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);
}
