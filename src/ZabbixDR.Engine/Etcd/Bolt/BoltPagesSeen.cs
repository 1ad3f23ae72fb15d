using System.Collections;

namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>Which pages were met: each may be once, so that a walk through a file that lies comes to an end. A bit a page.</summary>
internal sealed class BoltPagesSeen
{
    private readonly int _pageSize;
    private readonly BitArray _seen;

    /// <exception cref="InvalidDataException">There are more pages than a bit set has bits: over 8 TB of the usual ones.</exception>
    public BoltPagesSeen(BoltMeta meta)
    {
        _pageSize = meta.PageSize;
        BoltDamage.Unless(meta.Pages <= int.MaxValue, 0, "the database has more pages than this version reads");
        _seen = new BitArray((int)meta.Pages);
    }

    /// <summary>Marks pages.</summary>
    /// <exception cref="InvalidDataException">One was met before.</exception>
    public void Add(long offset, long end)
    {
        for (; offset < end; offset += _pageSize)
        {
            var page = (int)(offset / _pageSize);
            BoltDamage.Unless(!_seen[page], offset, "a page is used twice");
            _seen[page] = true;
        }
    }
}
