using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Stops Patroni's main process in its tracks, and PostgreSQL goes on: while etcd is away and comes back with an older state, no Patroni
/// demotes a primary that it cannot prove, and none promotes a standby on the word of an old key. The fence comes first: a node that is
/// started anew meanwhile would start a Patroni that nobody froze, beside a primary that runs on.
/// </summary>
internal sealed class FreezePatroniStep : NodeStep
{
    public const string Kind = "freeze-patroni";
    private const string Reason = "etcd goes back to an older state. Resume-DrRun or Undo-DrRun takes this away again.";

    private readonly PostgresClient _postgres;

    public FreezePatroniStep(DrPlanStep step, RunNodes nodes, PostgresClient postgres)
        : base(step, nodes) => _postgres = postgres;

    private string First => Told("first");

    /// <param name="patroni">The Patroni.</param>
    /// <param name="first">The one that is to lead: it is frozen last.</param>
    /// <param name="run">The run.</param>
    public static DrPlanStep Plan(PatroniToReplace patroni, PatroniToReplace? first, string run) => new()
    {
        Id = $"freeze-{patroni.Node.Name}",
        Kind = Kind,
        Node = patroni.Node.Name,
        What = "Freeze Patroni, and let no other be started; PostgreSQL goes on",
        Why = "Its login to etcd names a raft index that the restored cluster has not reached: it would hang, and PostgreSQL be demoted. And an old leader key must move no primary, not by a Patroni either that starts with its node.",
        Commands = [.. UnitFence.SetCommands(patroni.Unit), Freeze(patroni.Unit).ToString()],
        Idempotent = true,
        Proof = "systemd has read the fence, and Patroni's main process is stopped (state T), or does not run.",
        Undo = $"rm {UnitFence.PathFor(patroni.Unit)} && systemctl daemon-reload && systemctl kill --signal=CONT --kill-who=main {patroni.Unit}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["unit"] = patroni.Unit, ["run"] = run, ["first"] = (first ?? patroni).Node.Name },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (!(await UnitFence.LookAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false)).Holds)
        {
            return StepLook.NotDone($"{UnitFence.PathFor(Told("unit"))} is not there, or systemd has not read it");
        }

        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return report switch
        {
            { IsFrozen: true } => StepLook.Done($"process {report.MainPid} is stopped"),
            { IsDown: true } => StepLook.Done($"{Told("unit")} is {report.ActiveState}"),
            _ => StepLook.NotDone($"process {report.MainPid} runs"),
        };
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await UnitFence.SetAsync(Changed, Told("unit"), Told("run"), Reason, cancellation).ConfigureAwait(false);
        if ((await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false)).IsDown)
        {
            return;
        }

        await RequireStandbyAsync(cancellation).ConfigureAwait(false);
        await Changed.RunAsync(Freeze(Told("unit")), cancellation).ConfigureAwait(false);
        try
        {
            await RequireStandbyAsync(cancellation).ConfigureAwait(false);
        }
        catch (DrException)
        {
            await Changed.RunAsync(ThawPatroniStep.Thaw(Told("unit")), CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    // Its leader key would run out while another, not frozen yet, looks on: that one would promote beside it.
    private async Task RequireStandbyAsync(CancellationToken cancellation)
    {
        if (Step.Node != First && await PatroniToReplace.AskAsync(_postgres, Seen, cancellation).ConfigureAwait(false) is { IsInRecovery: false })
        {
            throw EtcdRestoreErrors.PrimaryMoved(First, $"{Step.Node} takes writes");
        }
    }

    private static Nodes.ChangingCommand Freeze(string unit) => AsRoot("systemctl", "kill", "--signal=STOP", "--kill-who=main", unit);
}
