using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Text.Json.Nodes;
using ZabbixDR.Engine;

namespace ZabbixDR.Pipeline;

/// <summary>Turns the hash tables that a user wrote into JSON: $null stays a null, which takes a key out.</summary>
internal static class JsonTable
{
    /// <summary>A mapping.</summary>
    /// <exception cref="DrException"><c>SettingInvalid</c>.</exception>
    public static JsonObject Read(IDictionary table)
    {
        var mapping = new JsonObject();
        foreach (DictionaryEntry entry in table)
        {
            mapping[$"{entry.Key}"] = Value($"{entry.Key}", entry.Value);
        }

        return mapping;
    }

    /// <summary>PostgreSQL's parameters: truth values are its on and off.</summary>
    public static JsonObject Parameters(IDictionary table)
    {
        var parameters = Read(table);
        foreach (var (name, value) in parameters.ToList())
        {
            parameters[name] = value is JsonValue single && single.TryGetValue(out bool on) ? JsonValue.Create(on ? "on" : "off") : value?.DeepClone();
        }

        return parameters;
    }

    private static JsonNode? Value(string key, object? value) => (value is PSObject wrapped ? wrapped.BaseObject : value) switch
    {
        null => null,
        SwitchParameter given => JsonValue.Create(given.IsPresent),
        bool truth => JsonValue.Create(truth),
        string text => JsonValue.Create(text),
        TimeSpan span => JsonValue.Create((long)span.TotalSeconds),
        double or float or decimal => JsonValue.Create(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        byte or sbyte or short or ushort or int or uint or long => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        IDictionary inner => Read(inner),
        IEnumerable list => new JsonArray([.. list.Cast<object?>().Select(item => Value(key, item))]),
        var other => throw SettingInvalid(key, other),
    };

    private static DrException SettingInvalid(string key, object value) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading the setting {key}",
        $"a {value.GetType().Name} cannot be written as JSON",
        "Give texts, numbers, truth values, lists and hash tables.");
}
