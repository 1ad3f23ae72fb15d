namespace ZabbixDR.Engine.Etcd.Bolt;

/// <summary>Is told all that a database holds, in the order of its keys.</summary>
internal interface IBoltVisitor
{
    /// <summary>A bucket begins.</summary>
    void Bucket(ReadOnlySpan<byte> name);

    /// <summary>A key of the bucket.</summary>
    void Key(ReadOnlySpan<byte> key);

    /// <summary>Its value, or the next part of one that is larger than <see cref="BoltWindow.Size"/>.</summary>
    /// <param name="part">The bytes.</param>
    /// <param name="offset">How many of the value came before.</param>
    /// <param name="size">The value's size.</param>
    void Value(ReadOnlySpan<byte> part, long offset, long size);
}
