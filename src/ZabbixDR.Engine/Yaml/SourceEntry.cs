namespace ZabbixDR.Engine.Yaml;

/// <summary>A key of a mapping and its value.</summary>
internal sealed record SourceEntry(SourceNode Key, SourceNode Value)
{
    /// <summary>Where the entry begins.</summary>
    public int Start => Key.Start;

    /// <summary>Where it ends; a key alone has its empty value somewhere behind it.</summary>
    public int End => Math.Max(Key.End, Value.End);
}
