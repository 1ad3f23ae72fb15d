using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Looks once more whether the goal can be reached from the planned set, by what the archive holds now: the last moment at which refusing costs nothing.</summary>
internal sealed class WayOpenStep : IStepWork
{
    public const string Kind = "way-open";
    private readonly DeploymentSession _deployment;
    private readonly PointInTimeRequest _request;

    public WayOpenStep(DrPlanStep step, DeploymentSession deployment)
    {
        _deployment = deployment;
        _request = PointInTimeRequest.From(step.Arguments);
    }

    public static DrPlanStep Plan(PointInTimeRequest request, RecoveryWay way) => new()
    {
        Id = Kind,
        Kind = Kind,
        What = $"See that {request.Goal} is reached from {way.Set.Label} along timeline {way.Timeline}",
        Why = "Nothing is stopped yet. A target that the archived WAL does not reach would end in a server that does not start.",
        Commands = ["(pgBackRest) info, repo-ls of the archive, archive-get of its newest segments"],
        Idempotent = true,
        Proof = "The set, all WAL from its start to the target, and a commit behind it are in the repository.",
        Undo = "Nothing is changed by it.",
        TimeLimit = 3 * ReadRepositories.DefaultTimeLimit,
        Arguments = (request with { Set = way.Set.Label, Repository = way.Set.Repository, Timeline = request.Goal.Kind == PgRecoveryGoalKind.Immediate ? request.Timeline : way.Timeline }).ToInputs(),
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        StepLook.Done((await FindRecoveryWay.RunAsync(_deployment, _request.Search, primary: null, cancellation).ConfigureAwait(false)).Why);

    public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Task.CompletedTask;
}
