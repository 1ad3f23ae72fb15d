namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Lets a frozen Patroni go on, where etcd is not there for a new one to log into.</summary>
internal sealed class ThawPatroniStep : NodeStep
{
    public const string Kind = "thaw-patroni";

    public ThawPatroniStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(PatroniToReplace patroni) => new()
    {
        Id = $"thaw-{patroni.Node.Name}",
        Kind = Kind,
        Node = patroni.Node.Name,
        What = "Let Patroni go on",
        Why = "It was frozen. It finds etcd as it was before, away, and does what it would have done: without failsafe mode it demotes PostgreSQL.",
        Commands = [Command(patroni.Unit).ToString()],
        Idempotent = true,
        Proof = "Its main process is not stopped.",
        Undo = $"systemctl kill --signal=STOP --kill-who=main {patroni.Unit}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["unit"] = patroni.Unit },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return new StepLook(!report.IsFrozen, report.IsFrozen ? $"process {report.MainPid} is stopped" : $"{Told("unit")} is {report.ActiveState}");
    }

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Changed.RunAsync(Command(Told("unit")), cancellation);

    private static Nodes.ChangingCommand Command(string unit) => AsRoot("systemctl", "kill", "--signal=CONT", "--kill-who=main", unit);
}
