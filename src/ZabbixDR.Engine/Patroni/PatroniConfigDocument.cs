using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Patroni;

/// <summary>The answer to GET /config: the dynamic configuration. What is absent has Patroni's default (patroni/config.py).</summary>
internal sealed record PatroniConfigDocument
{
    [JsonPropertyName("ttl")]
    public int Ttl { get; init; } = 30;

    [JsonPropertyName("loop_wait")]
    public int LoopWait { get; init; } = 10;

    [JsonPropertyName("retry_timeout")]
    public int RetryTimeout { get; init; } = 10;

    [JsonPropertyName("maximum_lag_on_failover")]
    public long MaximumLagOnFailover { get; init; } = 1048576;

    /// <summary>true, false, or since Patroni 4 <c>quorum</c>; a person may have written <c>"on"</c>.</summary>
    [JsonPropertyName("synchronous_mode")]
    public JsonElement SynchronousMode { get; init; }

    /// <summary>true or false, or a word for it.</summary>
    [JsonPropertyName("failsafe_mode")]
    public JsonElement FailsafeMode { get; init; }
}
