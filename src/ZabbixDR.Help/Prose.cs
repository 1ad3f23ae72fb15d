namespace ZabbixDR.Help;

/// <summary>Text in paragraphs, as Markdown marks it: code between backticks.</summary>
/// <param name="Paragraphs">The paragraphs, without line breaks of their own.</param>
public sealed record Prose(IReadOnlyList<string> Paragraphs)
{
    /// <summary>No text.</summary>
    public static Prose None { get; } = new([]);

    /// <summary>True where there is nothing to read.</summary>
    public bool IsEmpty => Paragraphs.Count == 0;

    /// <summary>The paragraphs for a terminal, without marks.</summary>
    public IEnumerable<string> Plain => Paragraphs.Select(paragraph => paragraph.Replace("`", "", StringComparison.Ordinal));

    /// <summary>The paragraphs as Markdown.</summary>
    public override string ToString() => string.Join("\n\n", Paragraphs);
}
