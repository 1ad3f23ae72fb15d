using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Engine.Runbooks.Steps;
using ZabbixDR.Engine.Tests.Runbooks.Simulation;

namespace ZabbixDR.Engine.Tests.Runbooks;

/// <summary>Whom a run gives the lead to, where it was made for a primary that takes no writes by now, or never took any.</summary>
public sealed class PrimaryKeptStepTests
{
    private const string First = "pg-a";
    private const string Other = "pg-b";
    private static readonly PostgresStatus s_writes = Status(false, 1, 0x3000000);
    private static readonly PostgresStatus s_demoted = Status(true, 1, 0x3000000);

    [Fact]
    public async Task The_primary_of_the_plan_may_take_writes_or_be_down()
    {
        Assert.True((await LookAsync(s_writes, Status(true, 1, 0x2000000))).IsDone);
        Assert.True((await LookAsync(null, Status(true, 1, 0x2000000))).IsDone);
        Assert.True((await LookAsync(s_writes, null)).IsDone);
    }

    [Theory]
    [InlineData(1, 0x3000000)]
    [InlineData(1, 0x2FFFFF8)]
    [InlineData(1, 0)]
    public async Task One_that_was_demoted_is_it_still_where_no_other_has_come_further(int timeline, long position)
    {
        var look = await LookAsync(s_demoted, position == 0 ? new PostgresStatus(true, timeline, null, "7") : Status(true, timeline, position));

        Assert.True(look.IsDone, look.Detail);
    }

    [Theory]
    [InlineData(1, 0x3000008)]
    [InlineData(2, 0x2000000)]
    public async Task It_is_not_where_a_standby_has(int timeline, long position)
    {
        var refused = await RefusedAsync(s_demoted, Status(true, timeline, position));

        Assert.Equal(("PrimaryMoved", DrErrorKind.Precondition, First), (refused.Id, refused.Kind, refused.Node));
        Assert.Contains($"pg-a takes none, timeline 1, at 0/3000000; pg-b takes none, timeline {timeline}, at {new PgLsn(position)}; the plan gives the lead to pg-a. Go back with Undo-DrRun", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_where_a_standby_is_down_and_may_have()
    {
        var refused = await RefusedAsync(s_demoted, null);

        Assert.Equal("PrimaryMoved", refused.Id);
        Assert.Contains("pg-a takes none, timeline 1, at 0/3000000; pg-b is down; the plan gives the lead to pg-a", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_standby_that_cannot_be_asked_is_not_taken_for_one_that_is_down()
    {
        var failure = await Assert.ThrowsAsync<DrException>(() => LookAsync(s_demoted, null, other => throw Unanswered(other)));

        Assert.Equal(("PostgresTimedOut", Other), (failure.Id, failure.Node));
        Assert.Equal("PostgresTimedOut", (await Assert.ThrowsAsync<DrException>(() => LookAsync(s_writes, null, other => throw Unanswered(other)))).Id);
    }

    [Fact]
    public async Task Another_that_takes_writes_has_the_lead_whatever_became_of_the_first()
    {
        foreach (var first in new[] { s_writes, s_demoted, null })
        {
            Assert.Contains("pg-b takes writes; the plan gives the lead to pg-a", (await RefusedAsync(first, Status(false, 2, 0x3000000))).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_plan_for_one_that_took_no_writes_asks_no_position() =>
        Assert.True((await LookAsync(s_demoted, Status(true, 1, 0x4000000), wrote: false)).IsDone);

    private static PostgresStatus Status(bool isInRecovery, int timeline, long position) => new(isInRecovery, timeline, new PgLsn(position), "7");

    private static DrException Unanswered(INode node) => PostgresErrors.From(node, "Asking PostgreSQL", new TimeoutException());

    private static async Task<DrException> RefusedAsync(PostgresStatus? first, PostgresStatus? other) =>
        await Assert.ThrowsAsync<DrException>(async () => await (await StepAsync(first, other, null, wrote: true)).DoAsync(null, CancellationToken.None));

    private static async Task<StepLook> LookAsync(PostgresStatus? first, PostgresStatus? other, Func<INode, PostgresStatus>? ask = null, bool wrote = true) =>
        await (await StepAsync(first, other, ask, wrote)).LookAsync(CancellationToken.None);

    private static async Task<PrimaryKeptStep> StepAsync(PostgresStatus? first, PostgresStatus? other, Func<INode, PostgresStatus>? ask, bool wrote)
    {
        var world = new SimulatedDeployment(0);
        var nodes = await RunNodes.ReachAsync(world.Session, ChangePermit.AfterConsent("a test"), new HashSet<string>(), null, CancellationToken.None);
        PatroniToReplace[] patronis = [.. world.Session.Nodes.With(NodeRole.Postgres).Select(node => new PatroniToReplace(node, SimulatedPatroni.Unit, wrote && node.Name == First, 1, 1, "7"))];
        return new PrimaryKeptStep(PrimaryKeptStep.Plan("primary-frozen", patronis[0], patronis), nodes, new Servers(node => node.Name == First ? first : ask is null ? other : ask(node)));
    }

    private sealed class Servers(Func<INode, PostgresStatus?> ask) : PostgresClient(new PostgresSettings { Version = 17 })
    {
        public override async Task<PostgresStatus> GetStatusAsync(INode node, CancellationToken cancellation)
        {
            await Task.Yield();
            return ask(node) ?? throw PostgresErrors.PostgresNotRunning(node, "/var/run/postgresql", new IOException());
        }
    }
}
