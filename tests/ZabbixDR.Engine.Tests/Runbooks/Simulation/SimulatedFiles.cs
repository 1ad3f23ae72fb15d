using System.Text;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What lies at a path of a simulated node.</summary>
/// <param name="Content">A file's bytes; null for a directory.</param>
/// <param name="Owner">Whose it is.</param>
/// <param name="Data">The data of an etcd member, where the directory is one.</param>
/// <param name="Cluster">The data of PostgreSQL, where the directory is one.</param>
internal sealed record SimulatedFile(byte[]? Content, string Owner, EtcdData? Data = null, PostgresData? Cluster = null);

/// <summary>The files of a simulated node. A rename takes along what lies below, as rename(2) does.</summary>
internal sealed class SimulatedFiles
{
    private readonly SortedDictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, SimulatedFile>> All => _files;

    public IEnumerable<PostgresData> Clusters => _files.Values.Select(file => file.Cluster).OfType<PostgresData>();

    public IEnumerable<EtcdData> Data => _files.Values.Select(file => file.Data).OfType<EtcdData>();

    public SimulatedFile? Find(string path) => _files.GetValueOrDefault(path);

    public bool Has(string path) => _files.ContainsKey(path);

    public string? Text(string path) => Find(path)?.Content is { } content ? Encoding.UTF8.GetString(content) : null;

    public IEnumerable<string> In(string directory) =>
        _files.Keys.Where(path => path.Length > directory.Length + 1 && path.StartsWith(directory + "/", StringComparison.Ordinal) && path.IndexOf('/', directory.Length + 1) < 0).ToList();

    public void MakeDirectory(string path, string owner = "root", EtcdData? data = null, PostgresData? cluster = null)
    {
        MakeParents(path);
        _files[path] = new SimulatedFile(null, owner, data, cluster);
    }

    public void Write(string path, byte[] content, string owner = "root")
    {
        MakeParents(path);
        _files[path] = new SimulatedFile(content, owner);
    }

    public void Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    public void Own(string path, string owner) => _files[path] = _files[path] with { Owner = owner };

    public void Remove(string path)
    {
        foreach (var one in Below(path))
        {
            _files.Remove(one);
        }
    }

    public void Move(string from, string to)
    {
        foreach (var one in Below(from))
        {
            _files[to + one[from.Length..]] = _files[one];
            _files.Remove(one);
        }
    }

    private List<string> Below(string path) => [.. _files.Keys.Where(one => one == path || one.StartsWith(path + "/", StringComparison.Ordinal))];

    private void MakeParents(string path)
    {
        for (var end = path.LastIndexOf('/'); end > 0; end = path.LastIndexOf('/', end - 1))
        {
            _files.TryAdd(path[..end], new SimulatedFile(null, "root"));
        }
    }
}
