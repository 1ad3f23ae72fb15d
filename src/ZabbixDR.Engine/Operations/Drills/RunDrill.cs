using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Operations.Drills;

/// <summary>A rehearsal of a recovery beside the service. Prepared first, so that the question to the user names the set, the node and the place.</summary>
public sealed class RunDrill
{
    private readonly DeploymentSession _deployment;
    private readonly DrillScript _script;
    private readonly DrillEstimate _estimate;
    private readonly IReadOnlyList<string> _unseen;

    private RunDrill(DeploymentSession deployment, DrillScript script, RecoveryWindows windows)
    {
        _deployment = deployment;
        _script = script;
        _estimate = DrillEstimate.Of(windows);
        _unseen = [.. windows.Failures.Select(failure => failure.Message)];
    }

    /// <summary>The node.</summary>
    public INode Node => _script.Place.Node;

    /// <summary>What will be done, for a person.</summary>
    public string Action =>
        $"Restore {_script.Way.Set.Label} ({ByteSize.ToText(_script.Way.Set.DatabaseSize)}) into {_script.Scratch.Directory}, recover to {_script.Goal}, look at it, and {(_script.Request.Keep ? "keep it running" : "remove it")}; it begins with: {_script.Restore(_deployment)}";

    /// <summary>Chooses what is not given, and proves that the target can be reached and that there is a place. Nothing is changed.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>RecoveryTargetUnreachable</c>, <c>DrillPlaceMissing</c>, <c>NotAPlace</c>, <c>NodeUnknown</c>, <c>SectionMissing</c>, those of <see cref="ReadRecoveryWindows"/>.</exception>
    public static async Task<RunDrill> PrepareAsync(DeploymentSession deployment, DrillRequest request, CancellationToken cancellation)
    {
        _ = (deployment.Postgres, deployment.PgBackRest);
        var windows = await ReadRecoveryWindows.RunAsync(deployment, request.Repository, ReadRepositories.DefaultTimeLimit, cancellation).ConfigureAwait(false);
        var search = request.Goal is { } goal
            ? new RecoverySearch(goal, request.Set, request.Repository, request.Timeline)
            : DrillChance.Choose(windows, request, Random.Shared) ?? new RecoverySearch(new PgRecoveryGoal(PgRecoveryGoalKind.Immediate, null, IsExclusive: false), request.Set, request.Repository, request.Timeline);
        var way = await FindRecoveryWay.RunAsync(deployment, search, windows, primary: null, cancellation).ConfigureAwait(false);
        var place = await DrillPlace.FindAsync(deployment, request, way.Set, cancellation).ConfigureAwait(false);
        var script = new DrillScript(RunIdentity.NewId(DateTimeOffset.UtcNow), place, way, search.Goal, request);
        return new RunDrill(deployment, script, windows);
    }

    /// <summary>Does it.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="messages">Is told what pgBackRest says.</param>
    /// <param name="cancellation">Ends it on the node too, and removes what it made.</param>
    /// <returns>What came of it: that a set cannot be recovered is an answer too.</returns>
    /// <exception cref="DrException"><c>RunHoldsNode</c>, and those of <see cref="NodeUnits"/>: where the connection is lost for good, the drill goes on, and removes what it made at its end.</exception>
    public async Task<PgRestoreDrill> RunAsync(ChangePermit permit, IProgress<OperationProgress>? progress, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        foreach (var warning in _unseen.Concat(_script.Place.PassedOver.Select(reason => $"Not done where it would disturb less: {reason}")))
        {
            messages?.Report(new OperationMessage(IsWarning: true, warning));
        }

        var changing = await _deployment.Nodes.ChangingAsync(Node, permit, cancellation).ConfigureAwait(false);
        var started = DateTimeOffset.UtcNow;
        var output = new DrillOutput(progress, messages);
        try
        {
            // Under the lock for the start alone: a run in earnest must not be kept waiting by a drill.
            var shared = await SharedNode.OfAsync(changing, cancellation).ConfigureAwait(false);
            await NodeUnits.StartAsync(shared, _script.ToUnit(_deployment), cancellation).ConfigureAwait(false);
            var end = await FollowAsync(changing, output, messages, cancellation).ConfigureAwait(false);
            var result = Describe(started, output, end);
            if (output.IsKept)
            {
                return result;
            }

            await NodeUnits.ForgetAsync(changing, _script.Unit, cancellation).ConfigureAwait(false);
            if (await NodeFiles.StatAsync(Node, _script.Scratch.Directory, cancellation).ConfigureAwait(false) is not null)
            {
                messages?.Report(new OperationMessage(IsWarning: true, $"{_script.Scratch.Directory} on {Node.Name} could not be removed. Nothing of the service is in it: remove it by hand."));
            }

            return result;
        }
        catch (OperationCanceledException)
        {
            progress?.Report(new OperationProgress("Ending the drill and removing what it made"));
            await NodeUnits.CancelAsync(changing, _script.Unit, CancellationToken.None).ConfigureAwait(false);
            await NodeUnits.ForgetAsync(changing, _script.Unit, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Says of a drill that did not pass why.</summary>
    public static DrException RestoreDrillFailed(PgRestoreDrill drill) => DrException.Of(
        DrErrorKind.InvalidData,
        drill.Node,
        $"Recovering {drill.Set} to {drill.Target} in a drill",
        string.Join("; ", drill.Checks.Where(check => check.Status == ReadinessStatus.Fail).Select(check => $"{check.Subject}: {check.Detail}")),
        "Until the cause is found, count on the other sets alone: see Test-PgBackRestRepository -Full.");

    // One that is kept does not end: it is followed until it says that it is there.
    private async Task<UnitReading> FollowAsync(INode node, DrillOutput output, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var lines = new LineStream(line =>
        {
            output.Take(line);
            if (output.IsKept)
            {
                enough.Cancel();
            }
        });
        try
        {
            return await NodeUnits.FollowAsync(node, _script.Unit, 0, lines, enough.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (output.IsKept && !cancellation.IsCancellationRequested)
        {
            return new UnitReading(_script.Unit, UnitState.Running);
        }
        catch (DrException)
        {
            messages?.Report(new OperationMessage(IsWarning: true, $"The drill goes on without us on {Node.Name}, as the unit {_script.Unit}, and removes what it made at its end; or end it with: {_script.EndCommand}"));
            throw;
        }
    }

    private PgRestoreDrill Describe(DateTimeOffset started, DrillOutput output, UnitReading end)
    {
        var postgres = _deployment.Topology.Postgres!;
        var report = new DrillReport(_script, output, end, postgres.Database);
        var log = output.Log;
        var phases = report.Phases().ToList();
        return new PgRestoreDrill
        {
            Id = _script.Id,
            Node = Node.Name,
            StartedAt = started,
            Set = _script.Way.Set.Label,
            Repository = _script.Way.Set.Repository,
            Timeline = _script.Way.Timeline,
            Target = _script.Goal,
            Stop = log.Stop ?? "",
            ReachedTime = log.LastTransactionAt,
            ReachedLsn = log.RedoneTo,
            Checks = [.. report.Checks()],
            Content = report.Content?.ByName.ToDictionary(fact => fact.Key, fact => fact.Value) ?? [],
            Phases = phases,
            EstimatedRecovery = _estimate.At(phases),
            KeptDirectory = output.IsKept ? _script.Scratch.Directory : null,
            KeptUntil = output.IsKept ? started + _script.Request.TimeLimit : null,
            DumpCommand = output.IsKept ? _script.DumpCommand(postgres) : null,
            EndCommand = output.IsKept ? _script.EndCommand : null,
        };
    }
}
