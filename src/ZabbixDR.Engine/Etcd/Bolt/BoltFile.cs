using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>
/// A bbolt database file (go.etcd.io/bbolt: internal/common/page.go and meta.go, bucket.go). The file is untrusted: every offset is
/// checked before it is followed. All numbers are little-endian.
/// </summary>
internal sealed class BoltFile : IDisposable
{
    /// <summary>The deepest tree that there may be; 64 levels hold more than any file.</summary>
    public const int DeepestTree = 64;

    private const int BucketHeaderSize = 16;
    private const int OverflowAt = 12;

    private BoltFile(BoltWindow window, long length, BoltMeta meta, bool hasBothMetas)
    {
        Window = window;
        Length = length;
        Meta = meta;
        HasBothMetas = hasBothMetas;
    }

    /// <summary>The part of it that is in memory.</summary>
    public BoltWindow Window { get; }

    /// <summary>How much of the file may be the database.</summary>
    public long Length { get; }

    /// <summary>The newer of the two sound meta pages.</summary>
    public BoltMeta Meta { get; }

    /// <summary>Whether the other is sound too.</summary>
    public bool HasBothMetas { get; }

    /// <summary>Reads the head.</summary>
    /// <param name="file">The open file.</param>
    /// <param name="length">How much of it may be the database.</param>
    /// <exception cref="InvalidDataException">It is no bbolt database.</exception>
    public static BoltFile Open(SafeFileHandle file, long length)
    {
        var head = new byte[(int)Math.Clamp(length, 0, 2 * BoltMeta.LargestPageSize)];
        var read = RandomAccess.Read(file, head, 0);
        var (meta, other) = BoltMeta.Read(head.AsSpan(0, read));
        return new BoltFile(
            new BoltWindow(file, length),
            length,
            meta ?? throw new InvalidDataException("it is no bbolt database: neither of its two meta pages is sound"),
            other is not null);
    }

    /// <summary>The revision of etcd's key space: the big-endian int64 that the last key of bucket <c>key</c> begins with; 0 where it is empty.</summary>
    /// <exception cref="InvalidDataException">The pages cannot be made sense of.</exception>
    public long Revision()
    {
        var key = LastKey(FindBucket("key"u8));
        return key.Length switch
        {
            0 => 0,
            < sizeof(long) => throw new InvalidDataException("the last key of its bucket key is too short for a revision"),
            _ => BinaryPrimitives.ReadInt64BigEndian(key),
        };
    }

    /// <summary>Reads a page by its number, and proves that it is the one that it says and that all of it is there.</summary>
    /// <param name="number">The number.</param>
    /// <param name="from">Where it was named, for the error.</param>
    public BoltPage Page(ulong number, long from)
    {
        var (offset, end) = Extent(number, from);
        return BoltPage.Read(Window, offset, end);
    }

    /// <summary>Where a page begins and ends.</summary>
    /// <inheritdoc cref="Page"/>
    public (long Offset, long End) Extent(ulong number, long from)
    {
        BoltDamage.Unless(number >= 2 && number < Meta.Pages, from, "a page is named that is none of the database's");
        var offset = checked((long)number * Meta.PageSize);
        var header = Window.At(offset, BoltPage.HeaderSize, offset + Meta.PageSize);
        BoltDamage.Unless(BinaryPrimitives.ReadUInt64LittleEndian(header) == number, offset, "a page says that it is another one");
        var overflow = BinaryPrimitives.ReadUInt32LittleEndian(header[OverflowAt..]);
        BoltDamage.Unless(overflow < Meta.Pages - number, offset, "a page reaches over the end of the database");
        return (offset, offset + ((1L + overflow) * Meta.PageSize));
    }

    /// <summary>The root page of a bucket that an element holds: bucket.go; that of a small one stands inline, behind the bucket's header, whose root is then 0.</summary>
    public BoltPage Root(BoltElement element) => InlineOr(element, out var number) ?? Page(number, element.ValueOffset);

    /// <summary>The root page of a bucket where it stands inline, else null and its number.</summary>
    public BoltPage? InlineOr(BoltElement element, out ulong number)
    {
        BoltDamage.Unless(element.IsBucket && element.ValueSize >= BucketHeaderSize, element.ValueOffset, "a bucket's header is cut");
        number = BinaryPrimitives.ReadUInt64LittleEndian(Window.At(element.ValueOffset, BucketHeaderSize, element.End));
        if (number != 0)
        {
            return null;
        }

        BoltDamage.Unless(element.ValueSize >= BucketHeaderSize + BoltPage.HeaderSize, element.ValueOffset, "a bucket's page is cut");
        var page = BoltPage.Read(Window, element.ValueOffset + BucketHeaderSize, element.End);
        BoltDamage.Unless(!page.IsBranch, page.Offset, "a bucket inside a page has a branch");
        return page;
    }

    /// <summary>A key's bytes. They stand until more is read.</summary>
    public ReadOnlySpan<byte> Key(BoltPage page, BoltElement element) => Window.At(element.KeyOffset, element.KeySize, page.End);

    /// <inheritdoc/>
    public void Dispose() => Window.Dispose();

    // The root bucket of etcd holds some ten buckets; it is walked whole rather than searched.
    private BoltPage FindBucket(ReadOnlySpan<byte> name)
    {
        var pages = new Stack<ulong>([Meta.Root]);
        for (var visited = 0; pages.TryPop(out var number); visited++)
        {
            BoltDamage.Unless(visited < DeepestTree, 0, "its root bucket has too many pages");
            var page = Page(number, 0);
            foreach (var element in page.Elements)
            {
                if (page.IsBranch)
                {
                    pages.Push(element.Child);
                }
                else if (element.IsBucket && Key(page, element).SequenceEqual(name))
                {
                    return Root(element);
                }
            }
        }

        throw new InvalidDataException("it is a bbolt database, but not etcd's: it has no bucket key");
    }

    private ReadOnlySpan<byte> LastKey(BoltPage page)
    {
        for (var depth = 0; depth < DeepestTree; depth++)
        {
            if (page.Elements is not [.., var last])
            {
                return [];
            }

            if (!page.IsBranch)
            {
                return Key(page, last);
            }

            page = Page(last.Child, page.Offset);
        }

        throw BoltDamage.At(page.Offset, "its tree of pages does not end");
    }
}
