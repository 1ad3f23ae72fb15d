using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>Turns the document of GET /config into the module's record. What is absent has Patroni's default (patroni/config.py, global_config.py).</summary>
internal static class PatroniConfigurationReading
{
    // What has a property of its own.
    private static readonly string[] s_known =
    [
        "ttl", "loop_wait", "retry_timeout", "maximum_lag_on_failover", "synchronous_mode", "synchronous_mode_strict", "synchronous_node_count", "failsafe_mode", "pause", "postgresql",
    ];

    private static readonly string[] s_knownOfPostgres = ["parameters", "recovery_conf", "use_pg_rewind", "use_slots", "pg_hba"];

    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The record.</summary>
    public static PatroniConfiguration Of(string scope, string answeredBy, JsonObject document, IReadOnlyList<PatroniPendingRestart> pending)
    {
        var postgres = document["postgresql"] as JsonObject ?? [];
        return new PatroniConfiguration
        {
            Scope = scope,
            Ttl = TimeSpan.FromSeconds(Number(document, "ttl")),
            LoopWait = TimeSpan.FromSeconds(Number(document, "loop_wait")),
            RetryTimeout = TimeSpan.FromSeconds(Number(document, "retry_timeout")),
            MaximumLagOnFailover = Number(document, "maximum_lag_on_failover"),
            SynchronousMode = PatroniWords.SynchronousMode(document["synchronous_mode"]?.ToString()),
            SynchronousModeStrict = PatroniWords.IsTrue(document["synchronous_mode_strict"]?.ToString()),
            SynchronousNodeCount = (int)Number(document, "synchronous_node_count"),
            FailsafeMode = PatroniWords.IsTrue(document["failsafe_mode"]?.ToString()),
            Paused = PatroniWords.IsTrue(document["pause"]?.ToString()),
            UsePgRewind = postgres["use_pg_rewind"] is { } rewind ? PatroniWords.IsTrue(rewind.ToString()) : null,
            UseSlots = postgres["use_slots"] is not { } slots || PatroniWords.IsTrue(slots.ToString()),
            Parameters = Texts(postgres["parameters"]),
            RecoveryConf = Texts(postgres["recovery_conf"]),
            PgHba = postgres["pg_hba"] is JsonArray lines ? [.. lines.Select(line => line?.ToString() ?? "")] : [],
            Other = Others(document, postgres),
            Pending = pending,
            AnsweredBy = answeredBy,
            Json = document.ToJsonString(s_indented),
        };
    }

    /// <summary>A whole number, with Patroni's default where there is none.</summary>
    public static long Number(JsonObject document, string key) =>
        long.TryParse(document[key]?.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : key switch
        {
            "ttl" => 30,
            "loop_wait" or "retry_timeout" => 10,
            "maximum_lag_on_failover" => 1048576,
            _ => 1,
        };

    /// <summary>What waits for a restart on a member; null where nothing does.</summary>
    public static PatroniPendingRestart? Pending(string member, PatroniStatusDocument status) => status.PendingRestart
        ? new PatroniPendingRestart(
            status.Program?.Name ?? member,
            status.PendingRestartReason?.ToDictionary(reason => reason.Key, reason => $"{reason.Value.Before} → {reason.Value.After}") ?? [])
        : null;

    private static Dictionary<string, object?> Others(JsonObject document, JsonObject postgres)
    {
        var others = document.Where(entry => !s_known.Contains(entry.Key)).ToDictionary(entry => entry.Key, entry => Plain(entry.Value));
        var ofPostgres = postgres.Where(entry => !s_knownOfPostgres.Contains(entry.Key)).ToDictionary(entry => entry.Key, entry => Plain(entry.Value));
        if (ofPostgres.Count > 0)
        {
            others["postgresql"] = ofPostgres;
        }

        return others;
    }

    private static Dictionary<string, string> Texts(JsonNode? node) =>
        (node as JsonObject)?.ToDictionary(entry => entry.Key, entry => entry.Value?.ToString() ?? "") ?? [];

    private static object? Plain(JsonNode? node) => node switch
    {
        JsonObject mapping => mapping.ToDictionary(entry => entry.Key, entry => Plain(entry.Value)),
        JsonArray list => list.Select(Plain).ToList(),
        JsonValue value => value.GetValueKind() switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => value.TryGetValue(out long whole) ? whole : value.GetValue<double>(),
            _ => value.ToString(),
        },
        _ => null,
    };
}
