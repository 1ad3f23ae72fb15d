namespace ZabbixDR.Engine.Yaml;

/// <summary>A change of a text: what stands between two places gives way to something else, and every other character stays.</summary>
/// <param name="Start">The first character that goes.</param>
/// <param name="End">The first that stays again.</param>
/// <param name="Inserted">What comes in its place.</param>
internal readonly record struct YamlSplice(int Start, int End, string Inserted)
{
    /// <summary>Nothing goes, something comes.</summary>
    public static YamlSplice Insert(int at, string text) => new(at, at, text);

    public string ApplyTo(string text) => string.Concat(text.AsSpan(0, Start), Inserted, text.AsSpan(End));
}
