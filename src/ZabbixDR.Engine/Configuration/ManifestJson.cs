using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Configuration;

/// <summary>The manifest's JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ConfigurationManifest))]
internal sealed partial class ManifestJson : JsonSerializerContext
{
    public static byte[] Write(ConfigurationManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Default.ConfigurationManifest);

    /// <exception cref="JsonException">It is not a manifest.</exception>
    public static ConfigurationManifest Read(Stream json) =>
        JsonSerializer.Deserialize(json, Default.ConfigurationManifest) ?? throw new JsonException("the manifest is null");
}
