using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

/// <summary>The answer to GET /cluster: what the DCS says of all members. The scope is given since Patroni 3.2.</summary>
internal sealed record PatroniClusterDocument(
    [property: JsonPropertyName("members")] IReadOnlyList<PatroniMemberDocument>? Members,
    [property: JsonPropertyName("scope")] string? Scope,
    [property: JsonPropertyName("pause")] bool Pause);
