using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace ZabbixDR.Engine.Patroni;

/// <summary>Patroni's dynamic configuration as JSON, to be carried over and compared: which order its keys stand in means nothing.</summary>
internal static class DynamicConfiguration
{
    /// <summary>The same configuration on one line, its keys in order; null where the text is no JSON object.</summary>
    public static string? Normalize(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            using var normal = new MemoryStream();
            using (var writer = new Utf8JsonWriter(normal))
            {
                Write(document.RootElement, writer);
            }

            return Encoding.UTF8.GetString(normal.ToArray());
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // The second is an escape that is half a character.
            return null;
        }
    }

    /// <summary>What stands for a normalized configuration where it should not be shown: a person may have put a secret into it.</summary>
    public static string Digest(string normal) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(normal))).ToLowerInvariant();

    private static void Write(JsonElement element, Utf8JsonWriter writer)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var property in element.EnumerateObject().OrderBy(property => property.Name, StringComparer.Ordinal))
                {
                    writer.WritePropertyName(property.Name);
                    Write(property.Value, writer);
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(item, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
