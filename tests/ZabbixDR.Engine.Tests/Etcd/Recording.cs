namespace ZabbixDR.Engine.Tests.Etcd;

/// <summary>Snapshots that the real etcdctl saved; Recorded/README.md has the commands.</summary>
internal static class Recording
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Etcd", "Recorded", name);

    public static byte[] Bytes(string name) => File.ReadAllBytes(Path(name));
}
