using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Benchmarks;

/// <summary>P1: saving a snapshot of a 1 GB etcd, against <c>etcdctl snapshot save</c>.</summary>
internal static class SnapshotBenchmark
{
    public const string Child = "save-snapshot";
    private const long DatabaseSize = 1_000_000_000;
    private const double TimeGoal = 0.90;
    private const double MemoryGoal = 100;

    public static async Task<bool> RunAsync(int rounds)
    {
        await using var etcd = await PrivateEtcd.StartAsync(DatabaseSize);
        var folder = Directory.CreateDirectory(Path.Combine(etcd.Folder, "snapshots")).FullName;
        var duel = new Duel(
            new Candidate("etcdctl snapshot save", [etcd.Etcdctl, "snapshot", "save", Path.Combine(folder, "etcdctl.db")]) { Environment = etcd.EtcdctlEnvironment },
            new Candidate("Save-EtcdSnapshot's engine", [Candidate.ThisProgram, Child, etcd.TopologyFile, folder]))
        {
            Prepare = () => EmptyAsync(folder),
        };
        Console.WriteLine($"P1: a snapshot of {await etcd.SizeAsync() / 1e9:0.00} GB over TLS on loopback, {rounds} pairs");
        try
        {
            var pairs = await duel.FightAsync(rounds);
            duel.Print(pairs);
            var ratio = Duel.Row("time, ours / etcdctl's", pairs.Select(pair => pair.Ours.Elapsed / pair.Base.Elapsed));
            var inTime = Duel.Judge($"time at most {TimeGoal:0.00} of etcdctl's (median of the pairs)", ratio <= TimeGoal);
            return Duel.Judge($"memory at most {MemoryGoal:0} MiB", pairs.Max(pair => pair.Ours.PeakMemory) <= MemoryGoal * 1048576) && inTime;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The candidate: what the cmdlet does, without the shell.</summary>
    public static async Task<int> SaveAsync(string topology, string folder)
    {
        await using var session = DeploymentSession.Open(topology, new SessionAccess());
        var source = await session.Etcd.ChooseSnapshotSourceAsync(null, CancellationToken.None);
        var snapshot = await source.SaveAsync(folder, new Progress<Engine.OperationProgress>(), CancellationToken.None);
        Console.WriteLine($"{snapshot.Sha256}  {snapshot.Path}");
        return 0;
    }

    // What an earlier run left in the page cache must be neither written back nor thrown away on a later one's time.
    private static async Task EmptyAsync(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.Delete(file);
        }

        await new Candidate("sync", ["sync"]).RunAsync();
    }
}
