namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>
/// Walks all that a database holds, in the order of its keys, and proves on the way what bbolt's own check does (tx_check.go): every
/// page that is reached is one, is what it says, lies inside the file and is reached once; every key stands in its order. Pages that are
/// not reached are free: etcd opens its database without a list of those (server/storage/backend, NoFreelistSync).
/// </summary>
internal sealed class BoltWalk
{
    // etcd has some ten.
    private const int MostBuckets = 1000;
    private readonly BoltFile _file;
    private readonly IBoltVisitor _visitor;
    private readonly CancellationToken _cancellation;
    private readonly BoltPagesSeen _seen;
    private readonly List<(byte[] Name, BoltElement Element)> _buckets = [];
    private byte[] _previous = [];
    private int _previousLength;

    private BoltWalk(BoltFile file, IBoltVisitor visitor, CancellationToken cancellation)
    {
        _file = file;
        _visitor = visitor;
        _cancellation = cancellation;
        _seen = new BoltPagesSeen(file.Meta);
    }

    /// <summary>Walks it.</summary>
    /// <param name="file">The database, whose size is no more than the file's.</param>
    /// <param name="visitor">Is told what there is, up to the first damage.</param>
    /// <param name="cancellation">Ends the walk.</param>
    /// <exception cref="InvalidDataException">It is damaged: where, and how.</exception>
    public static void Run(BoltFile file, IBoltVisitor visitor, CancellationToken cancellation) => new BoltWalk(file, visitor, cancellation).Run();

    private void Run()
    {
        BoltDamage.Unless(_file.HasBothMetas, 0, "one of its two meta pages is damaged");
        _seen.Add(0, 2L * _file.Meta.PageSize);
        Follow(_file.Meta.Root, 0, Take, min: null, max: null, depth: 0);
        foreach (var (name, element) in _buckets)
        {
            _visitor.Bucket(name);
            if (_file.InlineOr(element, out var number) is { } page)
            {
                Walk(page, Visit, min: null, max: null, depth: 0);
            }
            else
            {
                Follow(number, element.ValueOffset, Visit, min: null, max: null, depth: 0);
            }
        }
    }

    private void Follow(ulong number, long from, Action<BoltPage, BoltElement> leaf, byte[]? min, byte[]? max, int depth)
    {
        _cancellation.ThrowIfCancellationRequested();
        BoltDamage.Unless(depth < BoltFile.DeepestTree, from, "its tree of pages does not end");
        var page = _file.Page(number, from);
        _seen.Add(page.Offset, page.End);
        Walk(page, leaf, min, max, depth);
    }

    // min and max bound the keys of what is below one key of a branch: from it on, and before the next.
    private void Walk(BoltPage page, Action<BoltPage, BoltElement> leaf, byte[]? min, byte[]? max, int depth)
    {
        if (page.IsBranch)
        {
            BoltDamage.Unless(page.Elements.Count > 0, page.Offset, "its branch page leads nowhere");
            var keys = page.Elements.Select(element => _file.Key(page, element).ToArray()).ToList();
            Remember(min ?? []);
            for (var index = 0; index < keys.Count; index++)
            {
                RequireOrder(page.Elements[index].KeyOffset, keys[index], max, isFirst: index == 0);
            }

            for (var index = 0; index < keys.Count; index++)
            {
                Follow(page.Elements[index].Child, page.Offset, leaf, keys[index], index + 1 < keys.Count ? keys[index + 1] : max, depth + 1);
            }

            return;
        }

        Remember(min ?? []);
        var isFirst = true;
        foreach (var element in page.Elements)
        {
            RequireOrder(element.KeyOffset, _file.Key(page, element), max, isFirst);
            isFirst = false;
            leaf(page, element);
        }
    }

    private void Take(BoltPage page, BoltElement element)
    {
        BoltDamage.Unless(element.IsBucket && _buckets.Count < MostBuckets, element.KeyOffset, "its root holds something other than etcd's buckets");
        _buckets.Add((_file.Key(page, element).ToArray(), element));
    }

    private void Visit(BoltPage page, BoltElement element)
    {
        BoltDamage.Unless(!element.IsBucket, element.KeyOffset, "a bucket is inside a bucket, which etcd's never are");
        _visitor.Key(_file.Key(page, element));
        long read = 0;
        do
        {
            var part = (int)Math.Min(BoltWindow.Size, element.ValueSize - read);
            _visitor.Value(_file.Window.At(element.ValueOffset + read, part, page.End), read, element.ValueSize);
            read += part;
        }
        while (read < element.ValueSize);
    }

    private void RequireOrder(long offset, ReadOnlySpan<byte> key, byte[]? max, bool isFirst)
    {
        var order = key.SequenceCompareTo(_previous.AsSpan(0, _previousLength));
        BoltDamage.Unless(order > 0 || (isFirst && order == 0), offset, "its key is not behind the one before");
        BoltDamage.Unless(max is null || key.SequenceCompareTo(max) < 0, offset, "its key belongs to another page");
        Remember(key);
    }

    private void Remember(ReadOnlySpan<byte> key)
    {
        if (_previous.Length < key.Length)
        {
            _previous = new byte[key.Length];
        }

        key.CopyTo(_previous);
        _previousLength = key.Length;
    }
}
