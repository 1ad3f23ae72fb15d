using System.Text.RegularExpressions;

namespace ZabbixDR.Lab;

/// <summary>A text with <c>{{name}}</c> in it.</summary>
internal static partial class Template
{
    /// <exception cref="LabException">A name has no value.</exception>
    public static string Fill(string text, IReadOnlyDictionary<string, string> values) => Name().Replace(text, match =>
        values.TryGetValue(match.Groups[1].Value, out var value) ? value : throw new LabException($"no value for {match.Value} in a file of hosts/ or operator/"));

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Name();
}
