using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Refuses to go on where somebody has started a server that is kept off: it has the data that is being left, and could take the lead with it.</summary>
internal sealed class StillOffStep : IStepWork
{
    public const string Kind = "still-off";
    private readonly DrPlanStep _step;
    private readonly RunNodes _nodes;
    private readonly PostgresClient _postgres;

    public StillOffStep(DrPlanStep step, RunNodes nodes, PostgresClient postgres)
    {
        _step = step;
        _nodes = nodes;
        _postgres = postgres;
    }

    public static DrPlanStep Plan(IReadOnlyCollection<ServerToRecover> others) => new()
    {
        Id = Kind,
        Kind = Kind,
        What = $"See that {string.Join(", ", others.Select(other => other.Node.Name))} {(others.Count == 1 ? "is" : "are")} still kept off",
        Why = "With synchronous replication Patroni's kept keys hold them back; without, only that they do not run.",
        Commands = ["(systemd) ActiveState of Patroni, and its fence", "(PostgreSQL) whether it answers"],
        Idempotent = true,
        Proof = "Each Patroni is fenced and down, and no PostgreSQL answers there.",
        Undo = "Nothing is changed by it.",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = others.ToDictionary(other => other.Node.Name, other => other.Unit),
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        foreach (var (name, unit) in _step.Arguments)
        {
            var node = _nodes.Observe(name);
            var fence = await UnitFence.LookAsync(node, unit, cancellation).ConfigureAwait(false);
            var report = await UnitReport.ReadAsync(node, unit, cancellation).ConfigureAwait(false);
            var server = await PatroniToReplace.AskAsync(_postgres, node, cancellation).ConfigureAwait(false);
            if (!fence.Holds || !report.IsDown || server is not null)
            {
                throw ServerStartedMeanwhile(node, unit, $"{unit} is {report.ActiveState}, its fence is {(fence.Holds ? "there" : "gone")}, PostgreSQL {(server is null ? "does not answer" : "answers")}");
            }
        }

        return StepLook.Done("all of them are off");
    }

    public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Task.CompletedTask;

    private static DrException ServerStartedMeanwhile(INode node, string unit, string seen) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        "Looking whether the others are still kept off",
        seen,
        $"Somebody has started it, on the data that is being left. Stop it (systemctl stop {unit}, and see that PostgreSQL ends), put its fence back ({UnitFence.PathFor(unit)}, AssertPathExists=! of its own path; systemctl daemon-reload), and resume the run.");
}
