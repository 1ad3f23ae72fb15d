using System.Text.Json.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>
/// What it takes to make Patroni's dynamic configuration as it is wished: only what differs, as PATCH /config takes it (patroni/utils.py,
/// patch_config): a null takes a key out, mappings are merged, values are the same where their texts are.
/// </summary>
internal sealed class PatroniPatch
{
    private const string Nothing = "(not set)";
    private readonly List<string> _lines = [];

    private PatroniPatch(JsonObject current, JsonObject wished)
    {
        Result = (JsonObject)current.DeepClone();
        Patch = Merge(Result, wished, "");
    }

    /// <summary>What is sent. It holds no null for a key that is not there: Patroni would write the null down.</summary>
    public JsonObject Patch { get; }

    /// <summary>The configuration that comes of it.</summary>
    public JsonObject Result { get; }

    /// <summary>The changes, one a line: <c>ttl: 20 → 30</c>.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>Compares.</summary>
    public static PatroniPatch Between(JsonObject current, JsonObject wished) => new(current, wished);

    /// <summary>True where a document has all that is wished.</summary>
    public static bool IsIn(JsonObject document, JsonObject wished) => new PatroniPatch(document, wished)._lines.Count == 0;

    private JsonObject Merge(JsonObject into, JsonObject wished, string path)
    {
        var patch = new JsonObject();
        foreach (var (key, value) in wished)
        {
            if (into[key] is JsonObject inner && value is JsonObject wishedInner)
            {
                if (Merge(inner, wishedInner, $"{path}{key}.") is { Count: > 0 } part)
                {
                    patch[key] = part;
                }
            }
            else if (value is null ? into.ContainsKey(key) : into[key]?.ToJsonString() != WithoutNulls(value).ToJsonString() && into[key]?.ToString() != value.ToString())
            {
                _lines.Add($"{path}{key}: {Show(into[key])} → {Show(value)}");
                patch[key] = value is null ? null : WithoutNulls(value);
                Put(into, key, value);
            }
        }

        return patch;
    }

    private static void Put(JsonObject into, string key, JsonNode? value)
    {
        into.Remove(key);
        if (value is not null)
        {
            into[key] = WithoutNulls(value);
        }
    }

    private static JsonNode WithoutNulls(JsonNode node)
    {
        var copy = node.DeepClone();
        if (copy is JsonObject mapping)
        {
            foreach (var (key, value) in mapping.ToList())
            {
                mapping.Remove(key);
                if (value is not null)
                {
                    mapping[key] = WithoutNulls(value);
                }
            }
        }

        return copy;
    }

    private static string Show(JsonNode? value) => value switch
    {
        null => Nothing,
        JsonValue single => single.ToString(),
        _ => value.ToJsonString(),
    };
}
