using System.Text.Json.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>
/// What Patroni would not take as it is written, and change or leave out without a word to the one who wrote it: its least values
/// (patroni/config.py, _validate_and_adjust_timeouts) and the parameters that are each node's own (patroni/postgresql/config.py, CMDLINE_OPTIONS).
/// </summary>
internal static class PatroniRules
{
    private static readonly Dictionary<string, long> s_least = new()
    {
        ["ttl"] = 20,
        ["loop_wait"] = 1,
        ["retry_timeout"] = 3,
        ["maximum_lag_on_failover"] = 0,
        ["synchronous_node_count"] = 1,
    };

    private static readonly string[] s_ofEachNode = ["listen_addresses", "port", "cluster_name"];

    private static readonly Dictionary<string, long> s_leastOfPostgres = new()
    {
        ["max_connections"] = 25,
        ["max_wal_senders"] = 3,
        ["max_replication_slots"] = 4,
        ["max_worker_processes"] = 2,
        ["max_locks_per_transaction"] = 32,
    };

    /// <summary>Refuses a configuration that would not hold.</summary>
    /// <exception cref="DrException"><c>PatroniConfigurationUnfit</c>.</exception>
    public static void Require(JsonObject configuration, JsonObject wished)
    {
        if (Faults(configuration, wished).ToList() is { Count: > 0 } faults)
        {
            throw PatroniConfigurationUnfit(faults);
        }
    }

    private static IEnumerable<string> Faults(JsonObject configuration, JsonObject wished)
    {
        foreach (var (key, least) in s_least.Where(rule => wished.ContainsKey(rule.Key)))
        {
            if (PatroniConfigurationReading.Number(configuration, key) is var number && number < least)
            {
                yield return $"{key} is {number}, and {least} is the least";
            }
        }

        var (ttl, loop, retry) = (Number("ttl"), Number("loop_wait"), Number("retry_timeout"));
        if (ttl < loop + (2 * retry) && (wished.ContainsKey("ttl") || wished.ContainsKey("loop_wait") || wished.ContainsKey("retry_timeout")))
        {
            yield return $"ttl ({ttl} s) must be at least loop_wait + 2 × retry_timeout ({loop} + 2 × {retry} = {loop + (2 * retry)} s): the leader's lock would run out while it still retries; Patroni would lower loop_wait and retry_timeout by itself";
        }

        foreach (var (name, value) in wished["postgresql"]?["parameters"] as JsonObject ?? [])
        {
            if (s_ofEachNode.Contains(name))
            {
                yield return $"{name} is each node's own: Patroni reads it in patroni.yml alone, and ignores it here";
            }
            else if (s_leastOfPostgres.TryGetValue(name, out var least) && long.TryParse(value?.ToString(), out var number) && number < least)
            {
                yield return $"{name} is {number}, and {least} is the least that Patroni takes";
            }
        }

        long Number(string key) => PatroniConfigurationReading.Number(configuration, key);
    }

    private static DrException PatroniConfigurationUnfit(IReadOnlyList<string> faults) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        "Checking Patroni's dynamic configuration before it is changed",
        string.Join("; ", faults),
        "Nothing was changed. Give values that fit together.");
}
