using System.Text;

namespace ZabbixDR.Engine.Etcd;

/// <summary>The folders that live keys lie in: each key up to its last slash; one without a slash is its own.</summary>
internal sealed class KeyFolders
{
    // An etcd that serves Patroni has a handful; of one that serves others it is enough to know that.
    private const int MostFolders = 4096;
    private const int LongestFolder = 1024;
    private const string Others = "(others)";
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);

    /// <summary>Takes a key that has come or gone.</summary>
    public void Count(ReadOnlySpan<byte> key, int change)
    {
        var slash = key.LastIndexOf((byte)'/');
        var folder = slash > 0 ? key[..slash] : key;
        var name = folder.Length > LongestFolder ? Others : Encoding.UTF8.GetString(folder);
        name = _counts.Count < MostFolders || _counts.ContainsKey(name) ? name : Others;
        _counts[name] = _counts.GetValueOrDefault(name) + change;
    }

    /// <summary>The folders that have keys, in order.</summary>
    public IReadOnlyList<string> Names() => [.. _counts.Where(pair => pair.Value > 0).Select(pair => pair.Key).Order(StringComparer.Ordinal)];
}
