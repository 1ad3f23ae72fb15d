namespace ZabbixDR.Lab.Tests;

/// <summary>A file of hosts that a test may change: it is put back as it was, and what was kept beside it goes.</summary>
internal sealed class NodeFileKept : IAsyncDisposable
{
    private readonly TwoSiteLab _lab;
    private readonly string _path;
    private readonly IReadOnlyList<string> _hosts;

    private NodeFileKept(TwoSiteLab lab, string path, IReadOnlyList<string> hosts) => (_lab, _path, _hosts) = (lab, path, hosts);

    private string Kept => $"/run/kept{_path.Replace('/', '-')}";

    public static async Task<NodeFileKept> OfAsync(TwoSiteLab lab, string path, params IReadOnlyList<string> hosts)
    {
        var kept = new NodeFileKept(lab, path, hosts);
        foreach (var host in hosts)
        {
            await lab.ExecCheckedAsync(host, "cp", "-p", path, kept.Kept);
        }

        return kept;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in _hosts)
        {
            await _lab.ExecCheckedAsync(host, "sh", "-c", "rm -f -- \"$1\".* && mv -f -- \"$2\" \"$1\"", "sh", _path, Kept);
        }
    }
}
