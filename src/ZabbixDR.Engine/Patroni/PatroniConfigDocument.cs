using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

/// <summary>The answer to GET /config: the dynamic configuration. What is absent has Patroni's default.</summary>
internal sealed record PatroniConfigDocument
{
    [JsonPropertyName("ttl")]
    public int? Ttl { get; init; }

    [JsonPropertyName("loop_wait")]
    public int? LoopWait { get; init; }

    [JsonPropertyName("retry_timeout")]
    public int? RetryTimeout { get; init; }

    [JsonPropertyName("maximum_lag_on_failover")]
    public long? MaximumLagOnFailover { get; init; }

    /// <summary>true, false, or since Patroni 4 <c>quorum</c>; a person may have written <c>"on"</c>.</summary>
    [JsonPropertyName("synchronous_mode")]
    public JsonElement SynchronousMode { get; init; }

    /// <summary>true or false, or a word for it.</summary>
    [JsonPropertyName("failsafe_mode")]
    public JsonElement FailsafeMode { get; init; }
}
