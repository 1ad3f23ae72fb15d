namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// A KeyValue as etcd stores it (api/mvccpb/kv.proto: key is field 1, value field 5), read where it lies: there are as many as
/// revisions, and only few of the values are looked at.
/// </summary>
internal static class MvccRecord
{
    private const int KeyField = 1;
    private const int ValueField = 5;
    private const int VarintType = 0;
    private const int BytesType = 2;

    /// <summary>Reads key and value. Of a record whose end is missing, the value may be empty.</summary>
    /// <returns>False where it is no such record, or its key is missing.</returns>
    public static bool TryRead(ReadOnlySpan<byte> record, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = default;
        value = default;
        var hasKey = false;
        while (record.Length > 0)
        {
            if (!TryVarint(ref record, out var tag) || !TryVarint(ref record, out var number))
            {
                return hasKey;
            }

            switch (tag & 7)
            {
                case VarintType:
                    continue;
                case BytesType when number <= (ulong)record.Length:
                    var bytes = record[..(int)number];
                    record = record[(int)number..];
                    key = tag >> 3 == KeyField ? bytes : key;
                    hasKey |= tag >> 3 == KeyField;
                    value = tag >> 3 == ValueField ? bytes : value;
                    continue;
                default:
                    return hasKey;
            }
        }

        return hasKey;
    }

    private static bool TryVarint(ref ReadOnlySpan<byte> bytes, out ulong number)
    {
        number = 0;
        for (var index = 0; index < bytes.Length && index < 10; index++)
        {
            number |= (ulong)(bytes[index] & 0x7f) << (7 * index);
            if (bytes[index] < 0x80)
            {
                bytes = bytes[(index + 1)..];
                return true;
            }
        }

        return false;
    }
}
