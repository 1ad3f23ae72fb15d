using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations.Transactions;
using ZabbixDR.Engine.Tests.Nodes;

namespace ZabbixDR.Engine.Tests.Operations.Transactions;

/// <summary>The script, run here on what the real pg_waldump printed of two segments; Recorded/README.md has the commands.</summary>
public sealed class WalDumpScriptTests : IDisposable
{
    // As pg_waldump does: from a position on, what the segments in the folder hold, and no line twice but the first.
    private const string WalDump =
        """
        #!/bin/sh
        cat "$2"/0* | awk -v start="lsn: $6," 'BEGIN { on = start ~ /000000,$/ } index($0, start) { on = 1 } on'
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-waldump-").FullName;

    public WalDumpScriptTests()
    {
        var program = Path.Combine(_folder, "pg_waldump");
        File.WriteAllText(program, WalDump);
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Each_transaction_is_told_once_with_its_subtransactions_and_none_that_was_rolled_back()
    {
        var lines = await RunAsync(new TransactionSearch(DateTimeOffset.MinValue.AddYears(2000), DateTimeOffset.MaxValue.AddYears(-1)) { All = true, MinimumRows = 1 });

        var expected = File.ReadAllLines(Recorded("xids.txt")).Select(line => line.Split(' ')).ToDictionary(word => word[0], word => uint.Parse(word[1], CultureInfo.InvariantCulture));
        var found = lines.OfType<WalDumpLine.Found>().Select(line => line.Transaction).ToList();
        DumpedTransaction One(string name) => found.Single(one => one.Xid == expected[name]);
        Assert.Equal(100, Assert.Single(One("fill").Changed).Inserted);
        Assert.Equal(500, Assert.Single(One("delete").Changed).Deleted);
        Assert.Equal(27, Assert.Single(One("savepoint").Changed).Deleted);
        Assert.DoesNotContain(found, one => one.Xid == expected["rollback"]);
        Assert.Equal((1, 1), (One("truncate").Lost.Count(file => !file.IsInitial), One("truncate").Made.Count(made => !made.IsFilled)));
        Assert.Empty(One("drop").Made);
        Assert.Equal([One("drop").Lost[0]], One("drop").Lost);
        Assert.Equal(1, One("drop").Changed.Single(rows => rows.File.Number == RelationFile.Relations).Deleted);
        Assert.All(One("vacuum").Made, made => Assert.True(made.IsFilled));
        Assert.Equal((1L, 1L), (One("vacuum").Changed.Single(rows => rows.File.Number == RelationFile.Relations).Inserted, One("vacuum").Changed.Single(rows => rows.File.Number == RelationFile.Relations).Deleted));
        Assert.Equal(found.Count, found.Select(one => one.Xid).Distinct().Count());
        Assert.False(Assert.IsType<WalDumpLine.Ended>(lines[^1]).IsBehind);
        Assert.Equal([1L, 2], lines.OfType<WalDumpLine.Progressed>().Select(line => line.Segments));
    }

    [Fact]
    public async Task Without_more_only_what_destroyed_is_told_and_what_came_later_ends_the_reading()
    {
        var all = (await RunAsync(new TransactionSearch(DateTimeOffset.MinValue.AddYears(2000), DateTimeOffset.MaxValue.AddYears(-1)) { All = true })).OfType<WalDumpLine.Found>().Select(line => line.Transaction).ToList();
        var delete = all.First(one => one.Changed.Any(rows => rows.Deleted == 500));

        var lines = await RunAsync(new TransactionSearch(delete.Time, delete.Time) { MinimumRows = 500 });

        Assert.Equal([delete.Xid], lines.OfType<WalDumpLine.Found>().Select(line => line.Transaction.Xid));
        Assert.True(all.Count > 5);
    }

    [Fact]
    public async Task What_may_have_begun_before_is_told()
    {
        // The first list of the running ones says that the next number is 2449.
        var lines = await RunAsync(new TransactionSearch(DateTimeOffset.MinValue.AddYears(2000), DateTimeOffset.MaxValue.AddYears(-1)) { All = true });

        Assert.All(lines.OfType<WalDumpLine.Found>(), line => Assert.Equal(line.Transaction.Xid < 2449, line.Transaction.IsPartial));
    }

    [Fact]
    public async Task A_segment_that_cannot_be_fetched_is_an_exit_code_and_the_folder_is_gone()
    {
        var search = new TransactionSearch(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow);

        var command = Command(search, ["false"]);
        var result = await LocalNode.Here().RunAsync(command, CancellationToken.None);

        Assert.False(Directory.Exists(command.Arguments[3]));
        Assert.Equal(WalDumpScript.NotFetched, result.ExitCode);
        Assert.Contains("000000020000000000000063 could not be fetched", result.Error, StringComparison.Ordinal);
    }

    private static string Recorded(string file) => Path.Combine(AppContext.BaseDirectory, "Operations", "Transactions", "Recorded", file);

    private async Task<IReadOnlyList<WalDumpLine>> RunAsync(TransactionSearch search)
    {
        var command = Command(search, ["sh", "-c", "cp \"$0/$1.txt\" \"$2\"", Path.GetDirectoryName(Recorded("xids.txt"))!]);
        var result = await LocalNode.Here().RunAsync(command, CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.Equal("", result.Error);
        Assert.False(Directory.Exists(command.Arguments[3]));
        return [.. result.Lines.Select(WalDumpLine.Read)];
    }

    private ObservingCommand Command(TransactionSearch search, IReadOnlyList<string> fetch) =>
        WalDumpScript.Command(new WalStretch(2, 16 * 1024 * 1024, [new WalStretch.Range(2, 0x63, 0x64)]), search, _folder, fetch, "") with { User = null };
}
