namespace ZabbixDR.Engine.Etcd;

/// <summary>One element of a page: a key, and its value or the page below it.</summary>
/// <param name="Flags">1 where the value is a bucket.</param>
/// <param name="KeyOffset">Where the key stands in the file; the value adjoins it.</param>
/// <param name="KeySize">The key's size.</param>
/// <param name="ValueSize">The value's size; 0 on a branch page.</param>
/// <param name="Child">The page below; 0 on a leaf page.</param>
internal readonly record struct BoltElement(uint Flags, long KeyOffset, uint KeySize, uint ValueSize, ulong Child);
