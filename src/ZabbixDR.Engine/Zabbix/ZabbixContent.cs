using System.Globalization;

namespace ZabbixDR.Engine.Zabbix;

/// <summary>What a recovered database says of itself as Zabbix's.</summary>
/// <param name="Version">The version of its schema (dbversion.mandatory).</param>
/// <param name="Hosts">How many rows table hosts has: hosts, templates and proxies.</param>
/// <param name="Items">How many rows table items has.</param>
/// <param name="Newest">The time of the newest value; null where there is none.</param>
internal sealed record ZabbixContent(string Version, string Hosts, string Items, DateTimeOffset? Newest)
{
    /// <summary>Whether it is Zabbix's database at all: t or f.</summary>
    public const string IsZabbixQuery = "SELECT to_regclass('dbversion') IS NOT NULL AND to_regclass('history_uint') IS NOT NULL";

    // An agent's clock may be ahead of the database's.
    private static readonly TimeSpan s_tolerance = TimeSpan.FromMinutes(1);

    /// <summary>What <see cref="Parse"/> reads the answer of. It counts two tables, and takes the newest value of a thousand items: it hardly grows with the history.</summary>
    public static string Query { get; } = $"SELECT (SELECT mandatory FROM dbversion), (SELECT count(*) FROM hosts), (SELECT count(*) FROM items), coalesce(greatest({NewestOf("history")}, {NewestOf("history_uint")}), 0)";

    /// <summary>It by name, for a person.</summary>
    public IEnumerable<KeyValuePair<string, string>> ByName =>
    [
        new("dbversion", Version),
        new("hosts", Hosts),
        new("items", Items),
        new("newest value", Newest is { } newest ? $"{newest.UtcDateTime:u}" : "none"),
    ];

    /// <summary>Reads the one line that psql prints, its fields between bars.</summary>
    public static ZabbixContent Parse(string line)
    {
        var fields = line.Split('|');
        var newest = DateTimeOffset.FromUnixTimeSeconds(long.Parse(fields[3], CultureInfo.InvariantCulture));
        return new ZabbixContent(fields[0], fields[1], fields[2], newest == DateTimeOffset.UnixEpoch ? null : newest);
    }

    /// <summary>Says that the newest value is later than a target in time; null where it is not.</summary>
    public string? WhyBeyond(PgRecoveryGoal goal) => goal.AsTime is { } target && Newest is { } newest && newest > target + s_tolerance
        ? $"The newest value is of {newest.UtcDateTime:u}, after the target: a monitored host's clock is ahead, or this is not what was asked for."
        : null;

    // Of the newest thousand items, by the index of each: the tables have no index on the time alone.
    private static string NewestOf(string table) =>
        $"(SELECT max(last.clock) FROM (SELECT itemid FROM items ORDER BY itemid DESC LIMIT 1000) item, LATERAL (SELECT clock FROM {table} WHERE itemid = item.itemid ORDER BY clock DESC LIMIT 1) last)";
}
