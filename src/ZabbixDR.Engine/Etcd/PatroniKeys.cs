using System.Text;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Gathers what Patroni keeps in etcd, from keys as they come by in the order of their revisions.</summary>
/// <remarks>Patroni's keys: patroni/dcs/__init__.py, class AbstractDCS (<c>_INITIALIZE</c>, <c>_CONFIG</c>, <c>_LEADER</c>, <c>_SYNC</c>).</remarks>
internal sealed class PatroniKeys
{
    private const int LongestKey = 1024;

    // A deployment has one; an etcd that serves many has some dozens.
    private const int MostKeys = 4096;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>Takes a key's next state.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">Its value; empty where it is too large to be Patroni's.</param>
    /// <param name="isDeleted">Whether the key is gone from here on.</param>
    public void Take(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isDeleted)
    {
        if (key.Length > LongestKey || !IsPatronis(key[(key.LastIndexOf((byte)'/') + 1)..]))
        {
            return;
        }

        var name = Encoding.UTF8.GetString(key);
        if (isDeleted)
        {
            _values.Remove(name);
        }
        else if (_values.Count < MostKeys || _values.ContainsKey(name))
        {
            _values[name] = Encoding.UTF8.GetString(value);
        }
    }

    /// <summary>The scopes: each folder with a key <c>initialize</c> or <c>config</c>.</summary>
    public IReadOnlyList<EtcdSnapshotPatroni> Scopes() =>
        [.. _values.Keys.Where(key => Name(key) is "initialize" or "config").Select(Folder).Distinct().Order(StringComparer.Ordinal).Select(Describe)];

    private static bool IsPatronis(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("initialize"u8) || name.SequenceEqual("config"u8) || name.SequenceEqual("leader"u8) || name.SequenceEqual("sync"u8);

    private static string Folder(string key) => key[..Math.Max(0, key.LastIndexOf('/'))];

    private static string Name(string key) => key[(key.LastIndexOf('/') + 1)..];

    private EtcdSnapshotPatroni Describe(string folder)
    {
        // {"leader":"pg-a","sync_standby":"pg-b,pg-c"}, and null for either that there is none of (patroni/dcs/__init__.py, SyncState).
        var sync = Value("sync") ?? "{}";
        return new EtcdSnapshotPatroni
        {
            Path = folder,
            SystemIdentifier = Value("initialize") is { Length: > 0 } identifier ? identifier : null,
            Leader = Value("leader"),
            SyncLeader = JsonText.Find(sync, "leader"),
            SyncStandbys = JsonText.Find(sync, "sync_standby")?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [],
            Configuration = Value("config"),
        };

        string? Value(string name) => _values.GetValueOrDefault($"{folder}/{name}");
    }
}
