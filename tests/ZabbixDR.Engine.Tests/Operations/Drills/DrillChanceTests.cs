using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Operations.Drills;

namespace ZabbixDR.Engine.Tests.Operations.Drills;

public sealed class DrillChanceTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 14, 0, 0, 0, TimeSpan.Zero);
    private static readonly PgBackRestBackup[] s_sets = [DrillSamples.Set("20260314-000000F", s_start), DrillSamples.Set("20260314-010000F", s_start.AddHours(1)), DrillSamples.Set("20260314-020000F", s_start.AddHours(2))];

    [Fact]
    public void Every_set_has_its_turn_at_a_moment_at_which_a_recovery_would_take_it()
    {
        var windows = Windows(PgWindowEdge.Exact);

        var searches = Enumerable.Range(0, 200).Select(seed => DrillChance.Choose(windows, new DrillRequest(), new Random(seed))!).ToList();

        Assert.Equal(s_sets.Select(set => set.Label), searches.Select(search => search.Set!).Distinct().Order());
        Assert.All(searches, search =>
        {
            var judged = JudgeRecoveryTarget.InWindow(windows, search.Goal, search.Timeline);
            Assert.True(judged.IsReachable, judged.Reason);
            Assert.Equal(search.Set, judged.Set);
        });
    }

    [Fact]
    public void Where_the_last_commit_is_not_known_it_is_the_end_of_the_set()
    {
        var search = DrillChance.Choose(Windows(PgWindowEdge.Bound), new DrillRequest { Set = s_sets[1].Label }, new Random(1))!;

        Assert.Equal((PgRecoveryGoalKind.Immediate, s_sets[1].Label, 1, 1), (search.Goal.Kind, search.Set, search.Repository, search.Timeline));
    }

    [Theory]
    [InlineData("20200101-000000F", null, null)]
    [InlineData(null, 2, null)]
    [InlineData(null, null, 7)]
    public void What_is_asked_for_and_is_not_there_leaves_no_choice(string? set, int? repository, int? timeline) =>
        Assert.Null(DrillChance.Choose(Windows(PgWindowEdge.Exact), new DrillRequest { Set = set, Repository = repository, Timeline = timeline }, new Random(1)));

    private static RecoveryWindows Windows(PgWindowEdge edge) => new(
        [
            new PgRecoveryWindow
            {
                Stanza = "zabbix",
                Repository = 1,
                Timelines = [1],
                IsCurrent = true,
                From = s_start.AddSeconds(1),
                FromLsn = PgLsn.Parse(s_sets[0].LsnStop!),
                UpperEdge = s_start.AddHours(3),
                UpperEdgeIs = edge,
                ToLsn = new PgLsn(1 << 30),
                LastSegment = "00000001000000000000003F",
                Sets = [.. s_sets.Select(set => set.Label)],
                NextToExpire = [],
                Source = "pg-a",
            },
        ],
        s_sets,
        []);
}
