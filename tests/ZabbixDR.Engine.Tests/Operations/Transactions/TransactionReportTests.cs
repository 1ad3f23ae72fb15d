using ZabbixDR.Engine.Operations.Transactions;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Tests.Operations.Transactions;

public sealed class TransactionReportTests
{
    // Two tables that still have their first file, and one that got another, with what belongs to them.
    private static readonly PgRelation[] s_catalogue =
    [
        new(1259, 1663, 1259, 'r', "pg_catalog", "pg_class"),
        new(16390, 1663, 16390, 'r', "public", "hosts"),
        new(16393, 1663, 16393, 't', "pg_toast", "pg_toast_16390"),
        new(16400, 1663, 16420, 'r', "public", "history"),
        new(16403, 1663, 16423, 'i', "public", "history_pkey"),
        new(16405, 1663, 16405, 'r', "public", "fresh"),
    ];

    [Fact]
    public async Task Rows_are_told_by_the_relations_name_and_those_of_catalogues_and_TOAST_tables_are_not()
    {
        var told = await TellAsync("", "", "1663/5/16390:1:2:500 1663/5/16393:0:0:900 1663/5/1249:3:0:3 1663/5/17000:0:0:7");

        Assert.Equal(["public.hosts", "1663/5/17000"], told.Changes.Select(change => change.Relation));
        Assert.Equal((1L, 2L, 507L), (told.Inserted, told.Updated, told.Deleted));
        Assert.False(told.IsDestructive);
        Assert.Equal("deleted 500, updated 2, inserted 1 rows of public.hosts; deleted 7 rows of 1663/5/17000", told.Summary);
    }

    [Theory]
    [InlineData("a table is dropped", "1663/5/17000 1663/5/17003", "", "1663/5/1259:0:0:2", "Dropped 1663/5/17000, Dropped 1663/5/17003")]
    [InlineData("another is made with it", "1663/5/17000", "1663/5/16405", "1663/5/1259:1:0:1", "Dropped 1663/5/17000")]
    [InlineData("a table is truncated", "1663/5/16400 1663/5/16403", "1663/5/16420 1663/5/16423+", "1663/5/1259:0:2:0", "Truncated public.history")]
    [InlineData("and filled anew", "1663/5/16400 1663/5/16403", "1663/5/16420 1663/5/16423+", "1663/5/1259:0:2:0 1663/5/16420:40:0:0", "Truncated public.history")]
    [InlineData("VACUUM FULL", "1663/5/16400 1663/5/16403", "1663/5/16420+ 1663/5/16423+", "1663/5/1259:1:2:1", "Rewritten public.history")]
    [InlineData("ALTER TABLE copies the rows", "1663/5/16400 1663/5/16403", "1663/5/16420 1663/5/16423+", "1663/5/1259:1:2:1 1663/5/16420:40:0:0", "Rewritten public.history")]
    [InlineData("one is truncated and one dropped", "1663/5/16400 1663/5/17000 1663/5/16403", "1663/5/16420 1663/5/16423+", "1663/5/1259:0:2:1", "DroppedOrRewritten 1663/5/16400, DroppedOrRewritten 1663/5/16403, DroppedOrRewritten 1663/5/17000, Truncated public.history")]
    [InlineData("a truncated table has got a third file since", "1663/5/17000", "1663/5/17100", "1663/5/1259:0:1:0", "Truncated 1663/5/17100")]
    [InlineData("REINDEX", "1663/5/16403", "1663/5/16423+", "1663/5/1259:0:1:0", "")]
    public async Task What_became_of_a_relation_is_told_by_its_files_and_the_rows_of_pg_class(string what, string lost, string made, string rows, string expected)
    {
        var told = await TellAsync(lost, made, rows);

        Assert.True(
            expected == string.Join(", ", told.Changes.Select(change => $"{change.Fate} {change.Relation}").Order(StringComparer.Ordinal)),
            $"{what}: {told.Summary}");
    }

    [Fact]
    public async Task The_files_of_a_table_that_went_are_told_together()
    {
        var told = await TellAsync("1663/5/17000 1663/5/17003 1663/5/17004", "", "1663/5/1259:0:0:3 1663/5/16390:0:0:2");

        Assert.Equal("dropped 3 files: 1663/5/17000 and others; deleted 2 rows of public.hosts", told.Summary);
    }

    [Fact]
    public async Task A_database_that_went_is_told()
    {
        var read = Assert.IsType<WalDumpLine.Found>(WalDumpLine.Read("T\t750\t0/1A2B3C\t2026-03-14 02:45:12.000001\t0\t\t\t 1663/16400 1700/16400\t"));

        Assert.Equal(["16400"], read.Transaction.Databases);
        var told = await TransactionReport.MakeAsync(read.Transaction, 1, Names(), CancellationToken.None);
        Assert.Equal("dropped database 16400", told.Summary);
    }

    private static Task<PgWalTransaction> TellAsync(string lost, string made, string rows)
    {
        var line = Assert.IsType<WalDumpLine.Found>(WalDumpLine.Read($"T\t748\t0/1A2B3C\t2026-03-14 02:45:12.000001\t0\t{lost}\t{made}\t\t{rows}"));
        return TransactionReport.MakeAsync(line.Transaction, 1, Names(), CancellationToken.None);
    }

    private static RelationNames Names() => new(new Dictionary<uint, string> { [5] = "zabbix" }, (_, _) => Task.FromResult<IReadOnlyList<PgRelation>>(s_catalogue));
}
