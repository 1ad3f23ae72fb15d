using System.Reflection;
using System.Xml.Linq;

namespace ZabbixDR.Help;

/// <summary>The compiler's documentation files (C# standard, annex D: documentation comments), asked by type and property.</summary>
public sealed class XmlDocumentation
{
    private readonly Dictionary<string, XElement> _members;

    private XmlDocumentation(Dictionary<string, XElement> members) => _members = members;

    /// <summary>Reads every documentation file of a folder.</summary>
    public static XmlDocumentation Load(string folder) => Of(Directory.EnumerateFiles(folder, "*.xml").Select(file => XDocument.Load(file, LoadOptions.PreserveWhitespace)));

    /// <summary>Takes documentation files that were read before.</summary>
    public static XmlDocumentation Of(IEnumerable<XDocument> files)
    {
        var members = new Dictionary<string, XElement>(StringComparer.Ordinal);
        foreach (var member in files.SelectMany(file => file.Root?.Element("members")?.Elements("member") ?? []))
        {
            members[(string?)member.Attribute("name") ?? ""] = member;
        }

        return new XmlDocumentation(members);
    }

    /// <summary>What is written of a type; null where nothing is.</summary>
    public XElement? Of(Type type) => _members.GetValueOrDefault($"T:{IdOf(type)}");

    /// <summary>
    /// What is written of a property where it is declared: in its summary, or, for a positional record's, in the record's parameter of that name.
    /// </summary>
    public XElement? Of(PropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        var declaring = property.DeclaringType!;
        return _members.GetValueOrDefault($"P:{IdOf(declaring)}.{property.Name}")?.Element("summary")
            ?? Of(declaring)?.Elements("param").FirstOrDefault(parameter => (string?)parameter.Attribute("name") == property.Name);
    }

    private static string IdOf(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');
}
