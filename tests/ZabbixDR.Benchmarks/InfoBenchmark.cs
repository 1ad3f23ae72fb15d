using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Lab;

namespace ZabbixDR.Benchmarks;

/// <summary>
/// P8: the sets of a repository that holds 10,000, read out of what <c>pgbackrest info --output=json</c> prints, in a session that runs, against
/// <c>pgbackrest info --output=text</c>, a process each. The repository is real to pgBackRest: its backup.info names that many sets.
/// </summary>
internal static class InfoBenchmark
{
    public const string Child = "info";
    private const int Sets = 10_000;
    private const double TimeGoal = 0.5;
    private const double MemoryGoal = 4;
    private const string Stanza = "zabbix-cluster";

    // As 2.55.1 wrote them on the lab (pgbackrest repo-get backup/zabbix-cluster/backup.info), with what differs from set to set left out.
    private const string Database = """{"db-catalog-version":202406281,"db-control-version":1700,"db-system-id":7713517163466490018,"db-version":"17"}""";
    private const string Full =
        """{"backrest-format":5,"backrest-version":"2.55.1","backup-archive-start":"@wal","backup-archive-stop":"@wal","backup-error":false,"backup-info-repo-size":13756496,"backup-info-repo-size-delta":13756496,"backup-info-size":97004280,"backup-info-size-delta":97004280,"backup-lsn-start":"@lsn/28","backup-lsn-stop":"@lsn/9950","backup-timestamp-start":@start,"backup-timestamp-stop":@stop,"backup-type":"full","db-id":1,"option-archive-check":true,"option-archive-copy":false,"option-backup-standby":false,"option-checksum-page":true,"option-compress":true,"option-hardlink":false,"option-online":true}""";
    private const string Incr =
        """{"backrest-format":5,"backrest-version":"2.55.1","backup-archive-start":"@wal","backup-archive-stop":"@wal","backup-error":false,"backup-info-repo-size":13757568,"backup-info-repo-size-delta":210368,"backup-info-size":97012472,"backup-info-size-delta":778500,"backup-lsn-start":"@lsn/28","backup-lsn-stop":"@lsn/8480","backup-prior":"@prior","backup-reference":["@prior"],"backup-timestamp-start":@start,"backup-timestamp-stop":@stop,"backup-type":"incr","db-id":1,"option-archive-check":true,"option-archive-copy":false,"option-backup-standby":false,"option-checksum-page":true,"option-compress":true,"option-hardlink":false,"option-online":true}""";

    public static async Task<bool> RunAsync(int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("zabbixdr-p8-").FullName;
        try
        {
            var text = Program(folder, Sets, "text");
            var json = await WriteAsync(folder, Sets);
            var few = await WriteAsync(folder, 1);
            var size = new FileInfo(json).Length;
            Console.WriteLine($"P8: {Sets} sets, {size / 1e6:0.0} MB of JSON, {rounds} pairs");
            var pairs = new List<(double Base, double Ours)>();
            for (var round = 0; round <= rounds; round++)
            {
                var theirs = round % 2 == 0 ? await TimeAsync(text) : 0;
                var ours = Time(json);
                pairs.Add((round % 2 == 0 ? theirs : await TimeAsync(text), ours));
            }

            pairs.RemoveAt(0);
            Duel.Row("pgbackrest info, s", pairs.Select(pair => pair.Base));
            Duel.Row("ours, s", pairs.Select(pair => pair.Ours));
            var time = Duel.Row("time, ours / pgbackrest's", pairs.Select(pair => pair.Ours / pair.Base));
            var memory = Duel.Row("memory for it / the JSON", await MemoryAsync(json, few, size, rounds));
            var inTime = Duel.Judge($"time at most {TimeGoal:0.00} of pgbackrest info --output=text (median of the pairs)", time <= TimeGoal);
            return Duel.Judge($"memory at most {MemoryGoal:0} times the JSON", memory <= MemoryGoal) && inTime;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The process whose memory is measured: reads one document and says how much it needed at most, in bytes.</summary>
    public static int Read(string file)
    {
        Parse(file);
        var peak = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(long.Parse(peak["VmHWM:".Length..^"kB".Length], CultureInfo.InvariantCulture) * 1024);
        return 0;
    }

    private static int Parse(string file)
    {
        // As PgBackRestClient does with what a node has sent.
        using var source = File.OpenRead(file);
        var captured = new CapturedOutput();
        for (var read = 1; read > 0;)
        {
            read = source.Read(captured.Room.Span);
            captured.Take(read);
        }

        var sets = InfoReader.Backups(InfoReader.Find(ConsoleLine.Split(captured.Bytes).Answer, Stanza, "bench"), "bench").Count;
        return sets is Sets or 1 ? sets : throw new InvalidOperationException($"{sets} sets were read");
    }

    private static double Time(string file)
    {
        var clock = Stopwatch.StartNew();
        Parse(file);
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> TimeAsync(Candidate candidate) => (await candidate.RunAsync()).Elapsed.TotalSeconds;

    // What a process needs more for all of them than for one: the runtime's own share is in both.
    private static async Task<IReadOnlyList<double>> MemoryAsync(string json, string few, long size, int rounds)
    {
        var ratios = new List<double>();
        for (var round = 0; round < rounds; round++)
        {
            ratios.Add((await PeakAsync(json) - await PeakAsync(few)) / size);
        }

        return ratios;

        static async Task<double> PeakAsync(string file) =>
            double.Parse((await new Candidate("the reader", [Candidate.ThisProgram, Child, file]).RunAsync()).Output, CultureInfo.InvariantCulture);
    }

    // Makes the repository, and has pgBackRest print what it holds.
    private static async Task<string> WriteAsync(string folder, int sets)
    {
        foreach (var (kind, content) in new[] { ("backup", BackupInfo(sets)), ("archive", ArchiveInfo()) })
        {
            var path = Directory.CreateDirectory(Path.Combine(folder, $"{sets}", kind, Stanza)).FullName;
            await File.WriteAllTextAsync(Path.Combine(path, $"{kind}.info"), content);
            await File.WriteAllTextAsync(Path.Combine(path, $"{kind}.info.copy"), content);
        }

        var file = Path.Combine(folder, $"{sets}.json");
        await File.WriteAllTextAsync(file, (await Program(folder, sets, "json").RunAsync()).Output);
        return file;
    }

    // The lab's own pgBackRest, from its root tree, with that tree's libraries.
    private static Candidate Program(string folder, int sets, string output)
    {
        var tree = LabHome.Tree(Generation.Find("trixie"));
        var program = Path.Combine(tree, "usr", "bin", "pgbackrest");
        return !File.Exists(program)
            ? throw new InvalidOperationException($"no {program}: bring the lab up once (dotnet run --project tests/ZabbixDR.Lab -- up)")
            : new Candidate(
                $"pgbackrest info --output={output}",
                [
                    Path.Combine(tree, "usr", "lib64", "ld-linux-x86-64.so.2"), "--library-path", Path.Combine(tree, "usr", "lib", "x86_64-linux-gnu"), program,
                    "--config=/dev/null", $"--stanza={Stanza}", $"--repo1-path={Path.Combine(folder, $"{sets}")}", "--log-level-console=off", "--log-level-file=off",
                    $"--output={output}", "info",
                ]);
    }

    private static string BackupInfo(int sets)
    {
        var first = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var (entries, full) = (new List<(string Key, string Value)>(), "");
        for (var number = 0; number < sets; number++)
        {
            var (start, isFull) = (first.AddHours(number), number % 7 == 0);
            var label = string.Create(CultureInfo.InvariantCulture, $"{start:yyyyMMdd-HHmmss}");
            full = isFull ? label + "F" : full;
            entries.Add((isFull ? full : $"{full}_{label}I", (isFull ? Full : Incr)
                .Replace("@wal", $"00000001{number / 256:X8}{number % 256:X8}", StringComparison.Ordinal)
                .Replace("@lsn", $"{number / 256:X}", StringComparison.Ordinal)
                .Replace("@prior", full, StringComparison.Ordinal)
                .Replace("@start", $"{start.ToUnixTimeSeconds()}", StringComparison.Ordinal)
                .Replace("@stop", $"{start.ToUnixTimeSeconds() + 60}", StringComparison.Ordinal)));
        }

        return InfoFile(
            ("backup:current", entries),
            ("db", [("db-catalog-version", "202406281"), ("db-control-version", "1700"), ("db-id", "1"), ("db-system-id", "7713517163466490018"), ("db-version", "\"17\"")]),
            ("db:history", [("1", Database)]));
    }

    private static string ArchiveInfo() => InfoFile(
        ("db", [("db-id", "1"), ("db-system-id", "7713517163466490018"), ("db-version", "\"17\"")]),
        ("db:history", [("1", """{"db-id":7713517163466490018,"db-version":"17"}""")]));

    // The checksum is the SHA-1 of the sections as one JSON object (src/info/info.c); sections and keys are in order here.
    private static string InfoFile(params (string Name, IReadOnlyList<(string Key, string Value)> Entries)[] sections)
    {
        (string Name, IReadOnlyList<(string Key, string Value)> Entries)[] all = [("backrest", [("backrest-format", "5"), ("backrest-version", "\"2.55.1\"")]), .. sections];
        var json = $"{{{string.Join(',', all.Select(section => $"\"{section.Name}\":{{{string.Join(',', section.Entries.Select(entry => $"\"{entry.Key}\":{entry.Value}"))}}}"))}}}";
#pragma warning disable CA5350 // It is pgBackRest's format.
        var sum = Convert.ToHexString(SHA1.HashData(Encoding.UTF8.GetBytes(json))).ToLowerInvariant();
#pragma warning restore CA5350
        return string.Concat(all.Select(section => $"[{section.Name}]\n{string.Concat(section.Entries.Select(entry => $"{entry.Key}={entry.Value}\n"))}\n")) + $"[backrest]\nbackrest-checksum=\"{sum}\"\n";
    }
}
