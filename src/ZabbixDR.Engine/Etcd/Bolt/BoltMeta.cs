using System.Buffers.Binary;
using System.Numerics;

namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>The head of a bbolt database (bbolt's meta.go), of which it keeps two in turn, on pages 0 and 1.</summary>
/// <param name="PageSize">The size of a page in bytes.</param>
/// <param name="Root">The page of the root bucket.</param>
/// <param name="Pages">How many pages the database has.</param>
/// <param name="Transaction">The transaction that wrote it.</param>
internal sealed record BoltMeta(int PageSize, ulong Root, ulong Pages, ulong Transaction)
{
    /// <summary>The largest page that a system of ours has (arm64 with 64 KiB pages).</summary>
    public const int LargestPageSize = 64 * 1024;

    private const int SmallestPageSize = 1024;
    private const int Header = BoltPage.HeaderSize;
    private const int MetaPage = 0x04;
    private const int Summed = 56;
    private const uint Magic = 0xED0CDAED;
    private const uint Version = 2;

    /// <summary>The size of the database in bytes.</summary>
    public long Size => checked((long)Pages * PageSize);

    /// <summary>The two at the start of a file, the newer sound one first; null for each that is not sound.</summary>
    public static (BoltMeta? Newest, BoltMeta? Other) Read(ReadOnlySpan<byte> head)
    {
        var first = Parse(head);
        BoltMeta? second = null;

        // Where the first page is damaged, the page size is not known: the second one is looked for at each that there may be.
        for (var size = first?.PageSize ?? SmallestPageSize; second is null && size <= LargestPageSize && size < head.Length; size *= 2)
        {
            second = Parse(head[size..]) is { } found && found.PageSize == size ? found : null;
        }

        return first is null || second?.Transaction > first.Transaction ? (second, first) : (first, second);
    }

    private static BoltMeta? Parse(ReadOnlySpan<byte> page)
    {
        if (page.Length < Header + Summed + sizeof(ulong))
        {
            return null;
        }

        var meta = page[Header..];
        var size = UInt32(meta, 8);
        return BinaryPrimitives.ReadUInt16LittleEndian(page[8..]) == MetaPage && UInt32(meta, 0) == Magic && UInt32(meta, 4) == Version && UInt64(meta, Summed) == Fnv1A(meta[..Summed])
            && BitOperations.IsPow2(size) && size is >= SmallestPageSize and <= LargestPageSize && UInt64(meta, 40) <= long.MaxValue / LargestPageSize
            ? new BoltMeta((int)size, UInt64(meta, 16), UInt64(meta, 40), UInt64(meta, 48))
            : null;
    }

    private static ulong Fnv1A(ReadOnlySpan<byte> bytes)
    {
        var hash = 14695981039346656037;
        foreach (var value in bytes)
        {
            hash = unchecked((hash ^ value) * 1099511628211);
        }

        return hash;
    }

    private static uint UInt32(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ulong UInt64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
