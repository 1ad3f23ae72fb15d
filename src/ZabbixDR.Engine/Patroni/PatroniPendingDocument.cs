using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

/// <summary>A parameter that waits for a restart, in /patroni.</summary>
internal sealed record PatroniPendingDocument(
    [property: JsonPropertyName("old_value")] JsonElement Before,
    [property: JsonPropertyName("new_value")] JsonElement After);
