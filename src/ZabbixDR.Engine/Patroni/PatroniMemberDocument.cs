using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

/// <summary>A member in /cluster.</summary>
internal sealed record PatroniMemberDocument
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("role")]
    public string? Role { get; init; }

    [JsonPropertyName("state")]
    public string? State { get; init; }

    [JsonPropertyName("host")]
    public string? Host { get; init; }

    [JsonPropertyName("port")]
    public int? Port { get; init; }

    [JsonPropertyName("timeline")]
    public int? Timeline { get; init; }

    /// <summary>Bytes, or the word <c>unknown</c>; absent for the leader.</summary>
    [JsonPropertyName("lag")]
    public JsonElement Lag { get; init; }

    [JsonPropertyName("pending_restart")]
    public bool PendingRestart { get; init; }

    /// <summary>Names and values of any kind.</summary>
    [JsonPropertyName("tags")]
    public IReadOnlyDictionary<string, JsonElement>? Tags { get; init; }
}
