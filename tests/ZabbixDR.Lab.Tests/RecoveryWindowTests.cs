using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Lab.Tests;

/// <summary>What can be restored, held against what PostgreSQL's and pgBackRest's own programs say.</summary>
[Collection(LabTestGroup.Name)]
public sealed partial class RecoveryWindowTests(LabFixture fixture, RepositoryCopy copy) : IClassFixture<RepositoryCopy>
{
    [Fact]
    public async Task The_upper_edge_is_the_last_commit_that_pg_waldump_finds_in_the_last_segment_with_one()
    {
        await copy.RenewAsync("");

        var window = Window();

        Assert.Equal(PgWindowEdge.Exact, window.UpperEdgeIs);
        Assert.Null(window.Hole);
        Assert.Equal(copy.Sets.Select(set => set.Label), window.Sets);
        Assert.Equal(copy.Sets[0].StoppedAt.AddSeconds(1), window.From);
        Assert.Equal(await LastCommitAsync(window.LastSegment), (window.UpperEdge, window.UpperEdgeLsn!.Value));
    }

    [Fact]
    public async Task A_hole_ends_the_window_and_a_moment_behind_it_is_refused()
    {
        var stop = copy.Sets[^1].WalStop!;
        var hole = $"{stop[..16]}{Convert.ToInt64(stop[16..], 16) + 3:X8}";
        await copy.RenewAsync("");
        var whole = Window();
        await copy.RenewAsync($"rm archive/zabbix-cluster/17-1/{stop[..16]}/{hole}-*");

        var window = Window();
        var behind = Target(whole.UpperEdge.AddMilliseconds(-1));

        Assert.Equal(hole, window.Hole);
        Assert.False(window.IsCurrent);
        Assert.True(window.UpperEdge < whole.UpperEdge);
        Assert.False(behind.IsReachable);
        Assert.True(Target(window.UpperEdge.AddMilliseconds(-1)).IsReachable);
    }

    [Fact]
    public async Task A_target_is_reachable_from_the_second_after_the_first_set_stopped_to_before_the_last_commit()
    {
        await copy.RenewAsync("");
        var window = Window();

        Assert.False(Target(window.From.AddTicks(-1)).IsReachable);
        Assert.Equal(copy.Sets[0].Label, Target(window.From).Set);
        Assert.Equal(copy.Sets[^1].Label, Target(window.UpperEdge.AddTicks(-10)).Set);
        var edge = Target(window.UpperEdge);
        Assert.False(edge.IsReachable);
        Assert.Contains("later than its target", edge.Reason, StringComparison.Ordinal);
        var eligible = fixture.Session.Run("param($t, $m) Get-PgBackRestBackup -EligibleFor $m -Topology $t", copy.Topology, copy.Sets[^1].StoppedAt).Require().As<PgBackRestBackup>();
        Assert.DoesNotContain(copy.Sets[^1].Label, eligible.Select(set => set.Label));
    }

    [Fact]
    public async Task A_position_is_reachable_where_the_archive_has_a_record_that_is_not_earlier()
    {
        await copy.RenewAsync("");
        var window = Window();

        var target = fixture.Session.Run("param($t, $l) Test-PgRecoveryTarget -Lsn $l -Topology $t", copy.Topology, $"{window.UpperEdgeLsn}").Require().As<PgRecoveryTarget>().Single();
        var beyond = fixture.Session.Run("param($t, $l) Test-PgRecoveryTarget -Lsn $l -Topology $t", copy.Topology, $"{window.ToLsn}").Require().As<PgRecoveryTarget>().Single();

        Assert.True(target.IsReachable);
        Assert.Equal(copy.Sets[^1].Label, target.Set);
        Assert.False(beyond.IsReachable);
    }

    [Fact]
    public void A_time_without_an_offset_is_refused_and_read_where_its_zone_is_told()
    {
        var moment = copy.Sets[^1].StoppedAt.AddSeconds(2);
        var berlin = TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

        var refused = fixture.Session.Run("param($t, $m) Test-PgRecoveryTarget $m -Topology $t", copy.Topology, berlin).SingleError;
        var read = fixture.Session.Run("param($t, $m) Test-PgRecoveryTarget $m -TimeZone Europe/Berlin -Topology $t", copy.Topology, berlin).Require().As<PgRecoveryTarget>().Single();

        Assert.StartsWith("TargetTimeWithoutOffset,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(moment, read.Time);
    }

    private PgRecoveryWindow Window() =>
        Assert.Single(fixture.Session.Run("param($t) Get-PgRecoveryWindow -Topology $t", copy.Topology).Require().As<PgRecoveryWindow>());

    private PgRecoveryTarget Target(DateTimeOffset time) =>
        fixture.Session.Run("param($t, $m) Test-PgRecoveryTarget $m -Topology $t", copy.Topology, time).Require().As<PgRecoveryTarget>().Single();

    private async Task<(DateTimeOffset Time, PgLsn Lsn)> LastCommitAsync(string segment)
    {
        // The newest that pg_waldump shows as a commit or abort, going back from the last segment.
        const string script =
            """
            d=$(mktemp -d); trap 'rm -rf $d' EXIT
            n=$(printf %d 0x$(echo $1 | cut -c17-24))
            while :; do
                s=$(echo $1 | cut -c1-16)$(printf %08X $n)
                pgbackrest --config=$0 --stanza=zabbix-cluster --log-level-console=off archive-get $s $d/$s
                if /usr/lib/postgresql/*/bin/pg_waldump -r Transaction $d/$s 2>/dev/null | grep -E 'COMMIT|ABORT' | tail -1 | grep .; then exit 0; fi
                n=$((n - 1))
            done
            """;
        var line = Commit().Match(await copy.ShellAsync(script, segment));
        return (DateTimeOffset.ParseExact(line.Groups["time"].Value, "yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal), PgLsn.Parse(line.Groups["lsn"].Value));
    }

    [GeneratedRegex(@"lsn: (?<lsn>[0-9A-F]+/[0-9A-F]+),.*(?:COMMIT|ABORT)\S* (?<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}) UTC")]
    private static partial Regex Commit();
}
