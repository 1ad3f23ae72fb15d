using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Stops a service and keeps it off: neither a reboot nor a person starts it until its fence is taken away.</summary>
internal sealed class FenceUnitStep : NodeStep
{
    public const string Kind = "fence-unit";

    // As for StopUnitStep: systemd kills after 90 s by default.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);

    public FenceUnitStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    /// <param name="node">The node.</param>
    /// <param name="unit">The service.</param>
    /// <param name="run">The run.</param>
    /// <param name="why">Why here.</param>
    /// <param name="reason">Why, for the person who finds the fence.</param>
    /// <param name="undo">When it may be started again.</param>
    public static DrPlanStep Plan(INode node, string unit, string run, string why, string reason, string undo) => new()
    {
        Id = Named("fence", node, unit),
        Kind = Kind,
        Node = node.Name,
        What = $"Stop {unit} and keep it off",
        Why = why,
        Commands = [.. UnitFence.SetCommands(unit), Stop(unit).ToString()],
        Destructive = true,
        Idempotent = true,
        Proof = "The fence is there, systemd has read it, and the unit has no main process.",
        Undo = $"rm {UnitFence.PathFor(unit)} && systemctl daemon-reload; {undo}",
        TimeLimit = s_limit,
        Arguments = new Dictionary<string, string> { ["unit"] = unit, ["run"] = run, ["reason"] = reason },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (!(await UnitFence.LookAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false)).Holds)
        {
            return StepLook.NotDone($"{UnitFence.PathFor(Told("unit"))} is not there, or systemd has not read it");
        }

        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return new StepLook(report.IsDown, $"{Told("unit")} is fenced and {report.ActiveState}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await UnitFence.SetAsync(Changed, Told("unit"), Told("run"), Told("reason"), cancellation).ConfigureAwait(false);
        await Changed.RunAsync(Stop(Told("unit")) with { Title = Step.What, TimeLimit = s_limit }, cancellation).ConfigureAwait(false);
    }

    private static ChangingCommand Stop(string unit) => AsRoot("systemctl", "stop", unit);
}
