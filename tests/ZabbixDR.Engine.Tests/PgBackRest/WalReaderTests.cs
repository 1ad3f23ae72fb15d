using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Xunit;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed partial class WalReaderTests
{
    private static readonly byte[] s_segment = Segment();

    [Fact]
    public void Every_commit_that_pg_waldump_finds_in_a_segment_is_read_and_no_other()
    {
        var expected = Recording.Lines("2.55.1", "pg_waldump.txt").Select(line => Line().Match(line)).Where(match => match.Success).Select(match => new WalCommit(
            PgLsn.Parse(match.Groups["lsn"].Value),
            uint.Parse(match.Groups["tx"].ValueSpan, CultureInfo.InvariantCulture),
            DateTimeOffset.ParseExact(match.Groups["time"].Value, "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal))).ToList();
        var reader = new WalReader(s_segment);

        Assert.NotEmpty(expected);
        Assert.Equal(expected, reader.Commits());
        Assert.Equal(expected.MaxBy(commit => commit.Time), reader.LastCommit());
    }

    [Property(MaxTest = 200)]
    public void No_damage_makes_the_reader_throw(PositiveInt seed)
    {
        var random = new System.Random(seed.Get);
        var damaged = (byte[])s_segment.Clone();
        for (var hit = 0; hit < 20; hit++)
        {
            damaged[random.Next(hit % 2 == 0 ? 64 * 1024 : damaged.Length)] = (byte)random.Next(256);
        }

        _ = new WalReader(damaged).LastCommit();
        _ = new WalReader(damaged).RestorePoints().Count();
        _ = new WalReader(damaged.AsMemory(0, random.Next(damaged.Length))).LastCommit();
    }

    private static byte[] Segment()
    {
        using var file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "PgBackRest", "Recorded", "2.55.1", "00000002000000000000000F.gz"));
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var content = new MemoryStream();
        unpacked.CopyTo(content);
        return content.ToArray();
    }

    [GeneratedRegex(@"tx: +(?<tx>\d+), lsn: (?<lsn>[0-9A-F]+/[0-9A-F]+),.*desc: (?:COMMIT|ABORT)\S* (?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}) UTC")]
    private static partial Regex Line();
}
