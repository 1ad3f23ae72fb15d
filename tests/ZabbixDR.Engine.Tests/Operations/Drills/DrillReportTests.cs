using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Operations.Drills;
using ZabbixDR.Engine.Tests.Runbooks.Simulation;

namespace ZabbixDR.Engine.Tests.Operations.Drills;

/// <summary>What comes of the output of a drill on the lab (Recorded/passed.txt), and of the same with one thing in it that went wrong.</summary>
public sealed class DrillReportTests
{
    private static readonly string[] s_passed = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Operations", "Drills", "Recorded", "passed.txt"));

    [Fact]
    public void A_drill_that_passed_says_where_it_stopped_what_it_found_and_at_what_pace()
    {
        var report = Report(s_passed);

        Assert.All(report.Checks(), check => Assert.Equal(ReadinessStatus.Pass, check.Status));
        Assert.Equal(
            [
                "20261129-174029F, 91.3 MiB",
                "stopped before commit of transaction 822, time 2026-11-30 00:34:17.036481+00",
                "dbversion 7000000, hosts 405, items 18316, newest value none",
                "tables and indexes of all databases are sound",
                "the checksum of every page is right",
            ],
            report.Checks().Select(check => check.Detail));
        var phases = report.Phases().ToList();
        Assert.Equal([PgDrillSubject.Restore, PgDrillSubject.Target, PgDrillSubject.Zabbix, PgDrillSubject.Amcheck, PgDrillSubject.Checksums], phases.Select(phase => phase.Subject));

        // By its own marks: 410.658 to 421.309, and 421.327 to 428.448; from 0/9000160 to 0/C0001A8.
        Assert.Equal([10.651, 7.121], phases.Take(2).Select(phase => Math.Round(phase.Elapsed.TotalSeconds, 3)));
        Assert.Equal([95_725_787L, 0xC0001A8 - 0x9000160], phases.Take(2).Select(phase => phase.Bytes!.Value));
    }

    [Fact]
    public void All_there_is_would_take_what_it_is_at_the_pace_of_the_drill_unless_too_little_was_replayed_to_know_that()
    {
        var estimate = new DrillEstimate(1L << 30, 320 << 20);
        var restore = new PgDrillPhase(PgDrillSubject.Restore, TimeSpan.FromSeconds(10), 100 << 20);

        Assert.Equal(TimeSpan.FromSeconds(103 + 20), estimate.At([restore, new(PgDrillSubject.Target, TimeSpan.FromSeconds(2), 32 << 20)]));
        Assert.Null(estimate.At([restore, new(PgDrillSubject.Target, TimeSpan.FromSeconds(2), 1 << 20)]));
        Assert.Null(estimate.At([restore]));
    }

    [Fact]
    public void What_did_not_come_to_its_end_fails_and_what_follows_is_skipped()
    {
        Assert.Equal(
            [(ReadinessStatus.Fail, "unable to find backup set"), (ReadinessStatus.Skipped, "the drill ended before that")],
            Report([.. Until("@end restore"), "2026-11-30 01:00:21.245 P00  ERROR: [075]: unable to find backup set"]).Checks().Take(2).Select(check => (check.Status, check.Detail)));
        Assert.Equal(
            [ReadinessStatus.Pass, ReadinessStatus.Fail, ReadinessStatus.Skipped, ReadinessStatus.Skipped, ReadinessStatus.Skipped],
            Report([.. Until("@end recover")]).Checks().Select(check => check.Status));
        Assert.Equal(
            "recovery ended before configured recovery target was reached",
            Report([.. Until("@end recover").Where(line => !line.Contains("recovery stopping", StringComparison.Ordinal)), "2026-11-30 01:00:27.275 UTC [5045] FATAL:  recovery ended before configured recovery target was reached"]).Checks().ElementAt(1).Detail);
        Assert.Equal(
            "less than 5 GiB were left free on the file system of /var/lib/postgresql/17: it was ended",
            Report([.. Until("@end recover"), $"@full {5L << 30}"]).Checks().ElementAt(1).Detail);
        Assert.Equal(
            [(ReadinessStatus.Pass, "tables and indexes of all databases are sound"), (ReadinessStatus.Fail, "it took longer than the drill may")],
            Report([.. Until("@end checksums")], UnitState.TimedOut).Checks().Skip(3).Select(check => (check.Status, check.Detail)));
        Assert.Equal(
            [ReadinessStatus.Pass, ReadinessStatus.Pass, ReadinessStatus.Fail, ReadinessStatus.Fail, ReadinessStatus.Fail],
            Report([.. Until("@begin tables")], UnitState.Stopped).Checks().Select(check => check.Status));
        Assert.Equal("it took longer than the drill may", Report([.. Until("@end restore")], UnitState.TimedOut).Checks().First().Detail);
    }

    [Fact]
    public void A_recovery_that_went_past_its_target_fails_though_the_server_runs() =>
        Assert.Equal(
            (ReadinessStatus.Fail, "recovered to the end of the archived WAL, past the target"),
            Report([.. s_passed.Where(line => !line.Contains("recovery stopping", StringComparison.Ordinal))]).Checks().Select(check => (check.Status, check.Detail)).ElementAt(1));

    [Theory]
    [InlineData("@said tables t", "@said tables f", PgDrillSubject.Zabbix, ReadinessStatus.Skipped, "database zabbix has none of Zabbix's tables")]
    [InlineData("@code content 0", "@code content 1", PgDrillSubject.Zabbix, ReadinessStatus.Fail, "7000000|405|18316|0")]
    [InlineData("@said content 7000000|405|18316|0", "@said content 7000000|405|18316|1800000000", PgDrillSubject.Zabbix, ReadinessStatus.Warn, "The newest value is of 2027-01-15 08:00:00Z")]
    [InlineData("@code amcheck 0", "@code amcheck 2\n@said amcheck btree index \"a\" is broken", PgDrillSubject.Amcheck, ReadinessStatus.Fail, "btree index \"a\" is broken")]
    [InlineData("@code checksums 0", "@skip checksums the cluster has no page checksums", PgDrillSubject.Checksums, ReadinessStatus.Skipped, "the cluster has no page checksums")]
    public void Each_finding_is_told_by_what_its_program_said(string line, string instead, PgDrillSubject subject, ReadinessStatus status, string detail)
    {
        Assert.Contains(line, s_passed);

        var check = Report([.. s_passed.SelectMany(one => one == line ? instead.Split('\n') : [one])]).Checks().Single(check => check.Subject == subject);

        Assert.Equal(status, check.Status);
        Assert.StartsWith(detail, check.Detail, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Until(string mark) => s_passed.TakeWhile(line => !line.StartsWith(mark, StringComparison.Ordinal));

    private static DrillReport Report(IEnumerable<string> lines, UnitState end = UnitState.Exited)
    {
        var output = new DrillOutput(null, null);
        foreach (var line in lines)
        {
            output.Take(line);
        }

        var stopped = new DateTimeOffset(2026, 11, 29, 17, 40, 38, TimeSpan.Zero);
        var goal = PgRecoveryGoal.To(new DateTimeOffset(2026, 11, 29, 20, 8, 43, TimeSpan.Zero), exclusive: false);
        var way = new RecoveryWay(DrillSamples.Set("20261129-174029F", stopped), 2, "", NeedsMoreWal: false);
        var script = new DrillScript("1", new DrillPlace(new UnseenNode(new DrTopologyNode("pg-siteB", "B", "10.77.2.22", 22, [NodeRole.Postgres])), "/bin", "/var/lib/postgresql/17", 0, []), way, goal, new DrillRequest());
        return new DrillReport(script, output, new UnitReading(script.Unit, end) { ExitCode = 1 }, "zabbix");
    }
}
