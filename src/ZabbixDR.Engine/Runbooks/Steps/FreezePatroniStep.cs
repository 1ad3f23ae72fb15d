namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Stops Patroni's main process in its tracks, and PostgreSQL goes on: while etcd is away and comes back with an older state, no Patroni
/// demotes a primary that it cannot prove, and none promotes a standby on the word of an old key.
/// </summary>
internal sealed class FreezePatroniStep : NodeStep
{
    public const string Kind = "freeze-patroni";

    public FreezePatroniStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(PatroniToReplace patroni) => new()
    {
        Id = $"freeze-{patroni.Node.Name}",
        Kind = Kind,
        Node = patroni.Node.Name,
        What = "Freeze Patroni; PostgreSQL goes on",
        Why = "Its login to etcd names a raft index that the restored cluster has not reached: it would hang, and PostgreSQL be demoted. And an old leader key must move no primary.",
        Commands = [Command(patroni.Unit).ToString()],
        Idempotent = true,
        Proof = "Its main process is stopped (state T), or does not run.",
        Undo = $"systemctl kill --signal=CONT --kill-who=main {patroni.Unit}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["unit"] = patroni.Unit },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return report switch
        {
            { IsFrozen: true } => StepLook.Done($"process {report.MainPid} is stopped"),
            { IsDown: true } => StepLook.Done($"{Told("unit")} is {report.ActiveState}"),
            _ => StepLook.NotDone($"process {report.MainPid} runs"),
        };
    }

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Changed.RunAsync(Command(Told("unit")), cancellation);

    private static Nodes.ChangingCommand Command(string unit) => AsRoot("systemctl", "kill", "--signal=STOP", "--kill-who=main", unit);
}
