namespace ZabbixDR.Engine.Tests.Postgres;

public sealed class PgRecoveryGoalTests
{
    [Fact]
    public void A_moment_keeps_its_microseconds_and_is_told_in_UTC()
    {
        var moment = new DateTimeOffset(2026, 3, 14, 3, 40, 0, TimeSpan.FromHours(1)).AddMicroseconds(123456);

        var goal = PgRecoveryGoal.To(moment, exclusive: false);

        Assert.Equal(("2026-03-14 02:40:00.123456+00", moment), (goal.Value, goal.AsTime));
        Assert.Null(goal.AsLsn);
    }

    [Fact]
    public void What_is_left_out_is_told() => Assert.Equal(
        ["transaction 7, itself left out", "position 0/1F000028", "restore point x", "the end of the archived WAL"],
        new[] { PgRecoveryGoal.ToTransaction(7, exclusive: true), PgRecoveryGoal.To(PgLsn.Parse("0/1F000028"), exclusive: false), PgRecoveryGoal.ToName("x"), new PgRecoveryGoal(PgRecoveryGoalKind.Latest, null, false) }.Select(goal => goal.ToString()));
}
