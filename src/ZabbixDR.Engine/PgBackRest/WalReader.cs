using System.Buffers.Binary;
using System.Text;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// Reads the transactions' ends and the restore points out of a WAL segment: pages and records as src/include/access/xlog_internal.h, xlogrecord.h and xact.h lay them
/// out, which has not changed from PostgreSQL 9.5 to 18. Written by a machine of the same byte order: little-endian.
/// </summary>
internal sealed class WalReader
{
    private const int ShortPageHeader = 24;
    private const int LongPageHeader = 40;
    private const int RecordHeader = 24;
    private const int Alignment = 8;

    // xlp_info: the page begins with the rest of a record; the page has the long header.
    private const int ContinuesRecord = 1;
    private const int HasLongHeader = 2;

    private const byte TransactionManager = 1;
    private const byte LogManager = 0;

    // XLOG_RESTORE_POINT (pg_control.h), whose data is a time and a name of MAXFNAMELEN bytes (xl_restore_point in xlog_internal.h).
    private const int RestorePointOperation = 0x70;
    private const int LogOperationMask = 0xF0;
    private const int RestorePointName = 64;
    private const int OperationMask = 0x70;

    // xl_info of a transaction's end: commit, abort, commit prepared, abort prepared (xact.h).
    private static readonly int[] s_ends = [0x00, 0x20, 0x30, 0x40];

    // The block ids that are none (xlogrecord.h): the main data's length in a byte, in four; an origin; a transaction above.
    private const byte ShortData = 255;
    private const byte LongData = 254;
    private const byte Origin = 253;
    private const byte TopTransaction = 252;

    private static readonly DateTimeOffset s_epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly ReadOnlyMemory<byte> _segment;
    private readonly int _pageSize;
    private readonly long _start;

    private delegate T? RecordReader<T>(int position, ReadOnlySpan<byte> record)
        where T : class;

    /// <param name="segment">A whole segment.</param>
    public WalReader(ReadOnlyMemory<byte> segment)
    {
        _segment = segment;
        var page = segment.Span;
        var hasHeader = page.Length >= LongPageHeader && (UInt16(page, 2) & HasLongHeader) != 0;
        _start = hasHeader ? Int64(page, 8) : 0;
        var size = hasHeader ? (int)UInt32(page, 36) : 0;
        _pageSize = size is >= 1024 and <= 65536 && page.Length % size == 0 ? size : 0;
    }

    /// <summary>The end of a transaction that has the latest time; null where there is none. Records that are not whole within the segment do not count: PostgreSQL could not replay them either.</summary>
    public WalCommit? LastCommit()
    {
        WalCommit? last = null;
        foreach (var commit in Commits())
        {
            last = last is null || commit.Time >= last.Time ? commit : last;
        }

        return last;
    }

    /// <summary>The ends of transactions, in the order of the log.</summary>
    public IEnumerable<WalCommit> Commits() => Records(Commit);

    /// <summary>The restore points, in the order of the log.</summary>
    public IEnumerable<WalRestorePoint> RestorePoints() => Records(RestorePoint);

    private IEnumerable<T> Records<T>(RecordReader<T> read)
        where T : class
    {
        if (_pageSize == 0)
        {
            yield break;
        }

        var position = FirstRecord();
        while (position is { } at && Read(at) is { } record)
        {
            if (read(at, record.Bytes) is { } found)
            {
                yield return found;
            }

            position = record.Next;
        }
    }

    // Where the page begins with the rest of a record of the segment before, behind that.
    private int? FirstRecord()
    {
        var page = 0;
        while (page < _segment.Length)
        {
            var header = HeaderAt(page);
            var rest = (UInt16(_segment.Span, page + 2) & ContinuesRecord) != 0 ? (long)UInt32(_segment.Span, page + 16) : 0;
            if (rest <= _pageSize - header)
            {
                var first = page + header + Aligned((int)rest);
                return first < page + _pageSize ? first : NextPage(page);
            }

            page += _pageSize;
        }

        return null;
    }

    private (byte[] Bytes, int? Next)? Read(int position)
    {
        // A record's length never crosses a page: records are aligned to eight bytes.
        var length = position + 4 <= _segment.Length ? UInt32(_segment.Span, position) : 0;
        if (length < RecordHeader || length > _segment.Length)
        {
            return null;
        }

        var bytes = new byte[length];
        var (done, at) = (0, position);
        while (true)
        {
            var take = (int)Math.Min(length - done, PageEnd(at) - at);
            _segment.Span.Slice(at, take).CopyTo(bytes.AsSpan(done));
            (done, at) = (done + take, at + take);
            if (done == length)
            {
                break;
            }

            if (at >= _segment.Length || (UInt16(_segment.Span, at + 2) & ContinuesRecord) == 0)
            {
                return null;
            }

            at += HeaderAt(at);
        }

        var next = Aligned(at);
        return (bytes, next % _pageSize == 0 ? NextPage(next - _pageSize) : next);
    }

    private WalCommit? Commit(int position, ReadOnlySpan<byte> record)
    {
        if (record[17] != TransactionManager || !s_ends.Contains(record[16] & OperationMask) || MainData(record) is not { } data)
        {
            return null;
        }

        var microseconds = Int64(record, data);
        return Math.Abs(microseconds) < TimeSpan.FromDays(365_000).Ticks / TimeSpan.TicksPerMicrosecond
            ? new WalCommit(new PgLsn(_start + position), UInt32(record, 4), s_epoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond))
            : null;
    }

    private WalRestorePoint? RestorePoint(int position, ReadOnlySpan<byte> record)
    {
        if (record[17] != LogManager || (record[16] & LogOperationMask) != RestorePointOperation || MainData(record) is not { } data || record.Length < data + sizeof(long) + RestorePointName)
        {
            return null;
        }

        var name = record.Slice(data + sizeof(long), RestorePointName);
        return new WalRestorePoint(new PgLsn(_start + position), Encoding.UTF8.GetString(name[..(name.IndexOf((byte)0) is var end and >= 0 ? end : name.Length)]));
    }

    // Neither record refers to a block, so its headers are those that are none; the main data comes last.
    private static int? MainData(ReadOnlySpan<byte> record)
    {
        var at = RecordHeader;
        while (at < record.Length)
        {
            switch (record[at])
            {
                case Origin:
                    at += 3;
                    break;
                case TopTransaction:
                    at += 5;
                    break;
                case ShortData or LongData:
                    at += record[at] == ShortData ? 2 : 5;
                    return record.Length - at >= sizeof(long) ? at : null;
                default:
                    return null;
            }
        }

        return null;
    }

    private int? NextPage(int page) => page + _pageSize < _segment.Length ? page + _pageSize + HeaderAt(page + _pageSize) : null;

    private int PageEnd(int position) => ((position / _pageSize) + 1) * _pageSize;

    private int HeaderAt(int page) => (UInt16(_segment.Span, page + 2) & HasLongHeader) != 0 ? LongPageHeader : ShortPageHeader;

    private static int Aligned(int length) => (length + Alignment - 1) / Alignment * Alignment;

    private static ushort UInt16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint UInt32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Int64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
