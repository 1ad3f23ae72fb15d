namespace ZabbixDR.Tests.Hosting;

/// <summary>A topology file of one local node, gone with the test.</summary>
internal sealed class TopologyFile : IDisposable
{
    public TopologyFile(string name = "here") => File.WriteAllText(
        Path,
        $$"""
        version: 1
        name: {{name}}
        access: { user: nobody, identityFile: none, becomeMethod: none }
        sites: { A: {} }
        nodes: { {{name}}-1: { site: A, address: local, roles: [scratch] } }
        """);

    public string Path { get; } = System.IO.Path.GetTempFileName();

    public void Dispose() => File.Delete(Path);
}
