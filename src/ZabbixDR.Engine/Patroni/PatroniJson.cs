using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

[JsonSourceGenerationOptions(NumberHandling = JsonNumberHandling.AllowReadingFromString)]
[JsonSerializable(typeof(PatroniStatusDocument))]
[JsonSerializable(typeof(PatroniClusterDocument))]
[JsonSerializable(typeof(PatroniConfigDocument))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class PatroniJson : JsonSerializerContext
{
    /// <summary>Reads a mapping; null where the text is none.</summary>
    public static JsonObject? Object(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
