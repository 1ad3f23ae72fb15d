using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// A bbolt database file (go.etcd.io/bbolt: page.go, meta.go, bucket.go), read only as far as its head and the last key of a
/// bucket. The file is untrusted: every offset is checked against its length. All numbers are little-endian.
/// </summary>
internal sealed class BoltFile
{
    private const int PageHeaderSize = 16;
    private const int ElementSize = 16;
    private const int BucketHeaderSize = 16;
    private const int BranchPage = 0x01;
    private const int LeafPage = 0x02;
    private const uint BucketElement = 0x01;
    private const int DeepestTree = 64;
    private const int LongestKey = 32768;
    private readonly SafeFileHandle _file;
    private readonly long _length;

    private BoltFile(SafeFileHandle file, long length, BoltMeta meta)
    {
        _file = file;
        _length = length;
        Meta = meta;
    }

    /// <summary>The newer of the two sound meta pages.</summary>
    public BoltMeta Meta { get; }

    /// <summary>Reads the head.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="length">How much of it may be the database.</param>
    /// <exception cref="InvalidDataException">It is no bbolt database.</exception>
    public static BoltFile Open(SafeFileHandle file, long length)
    {
        var head = new byte[(int)Math.Clamp(length, 0, 2 * BoltMeta.LargestPageSize)];
        var read = RandomAccess.Read(file, head, 0);
        return new BoltFile(file, length, BoltMeta.Newest(head.AsSpan(0, read)) ?? throw new InvalidDataException("it is no bbolt database: neither of its two meta pages is sound"));
    }

    /// <summary>The revision of etcd's key space: the big-endian int64 that the last key of bucket <c>key</c> begins with; 0 where it is empty.</summary>
    /// <exception cref="InvalidDataException">The pages cannot be made sense of.</exception>
    public long Revision()
    {
        var (offset, limit) = FindBucket("key"u8);
        var key = LastKey(offset, limit);
        return key.Length switch
        {
            0 => 0,
            < sizeof(long) => throw new InvalidDataException("the last key of its bucket key is too short for a revision"),
            _ => BinaryPrimitives.ReadInt64BigEndian(key),
        };
    }

    // The root bucket of etcd holds some ten buckets; it is walked whole rather than searched.
    private (long Offset, long Limit) FindBucket(ReadOnlySpan<byte> name)
    {
        var pages = new Stack<long>([PageOffset(Meta.Root)]);
        for (var visited = 0; pages.TryPop(out var offset); visited++)
        {
            Require(visited < DeepestTree, "its root bucket has too many pages");
            var page = ReadPage(offset, _length);
            for (var index = 0; index < page.Count; index++)
            {
                var element = page.Element(index);
                if (page.IsBranch)
                {
                    pages.Push(PageOffset(element.Child));
                }
                else if ((element.Flags & BucketElement) != 0 && Key(page, element).SequenceEqual(name))
                {
                    return BucketRoot(element.KeyOffset + element.KeySize, element.ValueSize);
                }
            }
        }

        throw new InvalidDataException("it is a bbolt database, but not etcd's: it has no bucket key");
    }

    // bucket.go: the page of a small bucket stands inline, behind the bucket's header, whose root is then 0.
    private (long Offset, long Limit) BucketRoot(long value, uint size)
    {
        Require(size >= BucketHeaderSize, "a bucket's header is cut");
        var root = BinaryPrimitives.ReadUInt64LittleEndian(Read(value, BucketHeaderSize));
        return root == 0 ? (value + BucketHeaderSize, value + size) : (PageOffset(root), _length);
    }

    private ReadOnlySpan<byte> LastKey(long offset, long limit)
    {
        for (var depth = 0; depth < DeepestTree; depth++)
        {
            var page = ReadPage(offset, limit);
            if (page.Count == 0)
            {
                return [];
            }

            var last = page.Element(page.Count - 1);
            if (!page.IsBranch)
            {
                return Key(page, last);
            }

            (offset, limit) = (PageOffset(last.Child), _length);
        }

        throw new InvalidDataException("its tree of pages does not end");
    }

    private BoltPage ReadPage(long offset, long limit)
    {
        var header = Read(offset, PageHeaderSize);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8));
        var count = BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(10));
        Require(flags is BranchPage or LeafPage, $"the page at {offset} has the unknown type {flags}");
        var elements = offset + PageHeaderSize;
        Require(elements + ((long)count * ElementSize) <= limit, $"the page at {offset} is cut");
        return new BoltPage(flags == BranchPage, elements, Read(elements, count * ElementSize));
    }

    private ReadOnlySpan<byte> Key(BoltPage page, BoltElement element)
    {
        Require(element.KeySize <= LongestKey && element.KeyOffset > page.Offset, "a key is longer than bbolt allows");
        return Read(element.KeyOffset, (int)element.KeySize);
    }

    private long PageOffset(ulong page)
    {
        Require(page >= 2 && page < Meta.Pages, $"page {page} is none of its {Meta.Pages} pages");
        return checked((long)page * Meta.PageSize);
    }

    private byte[] Read(long offset, int count)
    {
        Require(offset >= 0 && offset <= _length - count, "it ends before one of its pages does");
        var bytes = new byte[count];
        for (var read = 0; read < count;)
        {
            var more = RandomAccess.Read(_file, bytes.AsSpan(read), offset + read);
            Require(more > 0, "it ends before one of its pages does");
            read += more;
        }

        return bytes;
    }

    private static void Require(bool sound, string otherwise)
    {
        if (!sound)
        {
            throw new InvalidDataException(otherwise);
        }
    }
}
