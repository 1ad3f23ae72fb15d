using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

/// <summary>The program itself in /patroni; the member's name since Patroni 3.1.</summary>
internal sealed record PatroniProgramDocument(
    [property: JsonPropertyName("version")] string? Version,
    [property: JsonPropertyName("scope")] string? Scope,
    [property: JsonPropertyName("name")] string? Name);
