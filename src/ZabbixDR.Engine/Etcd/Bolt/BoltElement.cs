namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>One element of a page: a key, and its value or the page below it. Its bytes lie inside its page.</summary>
/// <param name="IsBucket">True where the value is a bucket.</param>
/// <param name="KeyOffset">Where the key stands in the file; the value adjoins it.</param>
/// <param name="KeySize">The key's size.</param>
/// <param name="ValueSize">The value's size; 0 on a branch page.</param>
/// <param name="Child">The page below; 0 on a leaf page.</param>
internal readonly record struct BoltElement(bool IsBucket, long KeyOffset, int KeySize, long ValueSize, ulong Child)
{
    public long ValueOffset => KeyOffset + KeySize;

    public long End => ValueOffset + ValueSize;
}
