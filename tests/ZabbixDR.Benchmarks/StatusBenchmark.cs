using System.Diagnostics;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Benchmarks;

/// <summary>
/// P2: the status of a snapshot of 1 GB, and of a directory of 200, in a session that runs, against <c>etcdutl snapshot status</c>, a process
/// each. Ours proves the SHA-256 as well, which etcdutl's status does not look at; a file without one shows the rest alone.
/// </summary>
internal static class StatusBenchmark
{
    private const long LargeSize = 1_000_000_000;
    private const double LargeGoal = 0.60;
    private const long ManySize = 20_000_000;
    private const int Many = 200;
    private const double ManyGoal = 0.25;

    public static async Task<bool> RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("zabbixdr-p2-").FullName;
        try
        {
            var (large, etcdutl) = await SaveAsync(LargeSize, "etcd", Path.Combine(folder, "large.db"));
            var unsummed = Path.Combine(folder, "unsummed.db");
            File.Copy(large, unsummed);
            using (var file = File.OpenWrite(unsummed))
            {
                file.SetLength(file.Length - 32);
            }

            Console.WriteLine($"P2: the status of a snapshot of {new FileInfo(large).Length / 1e9:0.00} GB, {rounds} pairs");
            var whole = await FightAsync(rounds, etcdutl, [large], 1, EtcdSnapshotStatus.Valid);
            await FightAsync(rounds, etcdutl, [unsummed], 1, EtcdSnapshotStatus.ChecksumMissing);
            var inTime = Duel.Judge($"time at most {LargeGoal:0.00} of etcdutl's, the checksum proven too (median of the pairs)", whole <= LargeGoal);

            var (small, _) = await SaveAsync(ManySize, "etcd-20mb", Path.Combine(folder, "small.db"));
            var files = Enumerable.Range(0, Many).Select(number => Path.Combine(folder, $"{number:000}.db")).ToList();
            files.ForEach(file => File.Copy(small, file));
            Console.WriteLine($"P2: {Many} snapshots of {new FileInfo(small).Length / 1e6:0.0} MB, as many of ours at once as there are processors");
            var many = await FightAsync(Math.Min(rounds, 3), etcdutl, files, Environment.ProcessorCount, EtcdSnapshotStatus.Valid);
            return Duel.Judge($"time at most {ManyGoal:0.00} of etcdutl run on each", many <= ManyGoal) && inTime;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(string File, string Etcdutl)> SaveAsync(long size, string etcdName, string file)
    {
        await using var etcd = await PrivateEtcd.StartAsync(size, etcdName);
        await new Candidate("etcdctl snapshot save", [etcd.Etcdctl, "snapshot", "save", file]) { Environment = etcd.EtcdctlEnvironment }.RunAsync();
        return (file, etcd.Etcdutl);
    }

    // In turn and in alternating order; the first round brings the files into the cache and the code into being, and is thrown away.
    private static async Task<double> FightAsync(int rounds, string etcdutl, IReadOnlyList<string> files, int atOnce, EtcdSnapshotStatus expected)
    {
        var pairs = new List<(double Base, double Ours)>();
        for (var round = 0; round <= rounds; round++)
        {
            var theirs = round % 2 == 0 ? await TheirsAsync() : 0;
            var ours = await OursAsync();
            pairs.Add((round % 2 == 0 ? theirs : await TheirsAsync(), ours));
        }

        pairs.RemoveAt(0);
        Duel.Row("etcdutl snapshot status, s", pairs.Select(pair => pair.Base));
        Duel.Row($"ours ({expected}), s", pairs.Select(pair => pair.Ours));
        return Duel.Row("time, ours / etcdutl's", pairs.Select(pair => pair.Ours / pair.Base));

        async Task<double> TheirsAsync()
        {
            var clock = Stopwatch.StartNew();
            foreach (var file in files)
            {
                await new Candidate("etcdutl snapshot status", [etcdutl, "snapshot", "status", file]).RunAsync();
            }

            return clock.Elapsed.TotalSeconds;
        }

        async Task<double> OursAsync()
        {
            var clock = Stopwatch.StartNew();
            await Parallel.ForEachAsync(files, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (file, stop) =>
            {
                var check = await SnapshotFile.CheckAsync(file, stop);
                if (check.Status != expected)
                {
                    throw new InvalidOperationException($"{file} is {check.Status}: {check.Reason}");
                }
            });
            return clock.Elapsed.TotalSeconds;
        }
    }
}
