using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

/// <summary>WAL positions in /patroni, as byte positions: of a primary one, of a replica two.</summary>
internal sealed record PatroniPositionDocument(
    [property: JsonPropertyName("location")] long? Location,
    [property: JsonPropertyName("received_location")] long? Received,
    [property: JsonPropertyName("replayed_location")] long? Replayed);
