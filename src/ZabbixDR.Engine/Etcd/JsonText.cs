using System.Text.Json;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Texts in JSON that may be anything.</summary>
internal static class JsonText
{
    /// <summary>The text that an object has under a name; null where it has none, or where there is no such object.</summary>
    public static string? Find(string json, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is an escape that is half a character.
            return null;
        }
    }
}
