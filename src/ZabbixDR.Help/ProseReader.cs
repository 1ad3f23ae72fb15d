using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ZabbixDR.Help;

/// <summary>Turns the elements of a documentation comment into prose.</summary>
public sealed partial class ProseReader
{
    private readonly IReadOnlyDictionary<string, string> _cmdletsByType;

    /// <summary>Makes the reader.</summary>
    /// <param name="cmdletsByType">The cmdlets' names by the full names of their types, so that a reference reads as the cmdlet.</param>
    public ProseReader(IReadOnlyDictionary<string, string> cmdletsByType) => _cmdletsByType = cmdletsByType;

    /// <summary>Reads an element's paragraphs; nothing gives none.</summary>
    /// <param name="element">The element.</param>
    /// <param name="without">A child element's name that is left out.</param>
    public Prose Read(XElement? element, string? without = null)
    {
        if (element is null)
        {
            return Prose.None;
        }

        var paragraphs = new List<string>();
        var running = new StringBuilder();
        foreach (var node in element.Nodes().Where(node => without is null || (node as XElement)?.Name.LocalName != without))
        {
            if (node is XElement { Name.LocalName: "para" } paragraph)
            {
                Close(running, paragraphs);
                paragraphs.Add(Inline(paragraph));
            }
            else if (node is XElement { Name.LocalName: "list" } list)
            {
                Close(running, paragraphs);
                paragraphs.AddRange(list.Elements("item").Select(item => $"- {Inline(item)}"));
            }
            else
            {
                running.Append(InlineOf(node));
            }
        }

        Close(running, paragraphs);
        return new Prose([.. paragraphs.Where(text => text.Length > 0)]);
    }

    /// <summary>The cmdlet, or the type or member by its last name, that a cref names.</summary>
    public string NameOf(string cref)
    {
        ArgumentNullException.ThrowIfNull(cref);
        var full = cref.Length > 2 && cref[1] == ':' ? cref[2..] : cref;
        return _cmdletsByType.TryGetValue(full, out var cmdlet) ? cmdlet : full.Split('(')[0].Split('.')[^1];
    }

    private static void Close(StringBuilder running, List<string> paragraphs)
    {
        paragraphs.Add(Collapse(running.ToString()));
        running.Clear();
    }

    private string Inline(XElement element) => Collapse(string.Concat(element.Nodes().Select(InlineOf)));

    private string InlineOf(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "c" } code => $"`{code.Value}`",
        XElement { Name.LocalName: "see" or "seealso" } see when (string?)see.Attribute("cref") is { } cref => $"`{NameOf(cref)}`",
        XElement { Name.LocalName: "see" } see => (string?)see.Attribute("langword") ?? (string?)see.Attribute("href") ?? see.Value,
        XElement { Name.LocalName: "paramref" or "typeparamref" } reference => $"`{(string?)reference.Attribute("name")}`",
        XElement other => string.Concat(other.Nodes().Select(InlineOf)),
        _ => "",
    };

    private static string Collapse(string text) => Whitespace().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Whitespace();
}
