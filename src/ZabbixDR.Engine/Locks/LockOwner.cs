using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.Locks;

/// <summary>Who holds a node's lock.</summary>
/// <param name="Run">The run.</param>
/// <param name="Owner">Who took it: user and host.</param>
/// <param name="Since">When, by the clock of who took it.</param>
internal sealed record LockOwner(string Run, string Owner, DateTimeOffset Since)
{
    /// <summary>Reads what stands in the lock's file.</summary>
    /// <exception cref="JsonException">It is no such thing.</exception>
    public static LockOwner Parse(string json) => JsonSerializer.Deserialize(json, LockOwnerJson.Default.LockOwner) ?? throw new JsonException("it is null");

    /// <summary>As it is written there.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, LockOwnerJson.Default.LockOwner);
}

/// <summary>How a lock's holder is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LockOwner))]
internal sealed partial class LockOwnerJson : JsonSerializerContext;
