using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks.Plans;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Begins runs, resumes them, and tells of them.</summary>
public static class RunControl
{
    private const string Here = "here";

    /// <summary>Runs a plan from its beginning.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="permit">The yes to it.</param>
    /// <param name="onStep">Is given each step as it begins and ends.</param>
    /// <param name="messages">Is told what steps say while they work.</param>
    /// <param name="cancellation">Stops it; it can be resumed.</param>
    /// <exception cref="DrException">
    /// <c>ApprovalRequired</c>, where the topology lets no plan be run that was not approved; <c>StepFailed</c>, <c>LockHeld</c>, and why a
    /// node that is needed cannot be reached.
    /// </exception>
    public static Task<DrRun> StartAsync(
        DeploymentSession deployment, DrPlan plan, ChangePermit permit, Action<DrStepResult> onStep, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        RequireStartable(deployment, plan);
        return RunAsync(deployment, RunHistory.Begin(plan), permit, onStep, messages, cancellation);
    }

    /// <summary>Refuses a plan that may be run only once it is approved.</summary>
    /// <exception cref="DrException"><c>ApprovalRequired</c>.</exception>
    public static void RequireStartable(DeploymentSession deployment, DrPlan plan)
    {
        if (deployment.Topology.Approval is { Required: true })
        {
            throw ApprovalRequired(plan);
        }
    }

    /// <summary>Runs a plan that was made before, and still fits.</summary>
    /// <inheritdoc cref="StartAsync"/>
    public static Task<DrRun> InvokeAsync(
        DeploymentSession deployment, CheckedPlan plan, ChangePermit permit, Action<DrStepResult> onStep, IProgress<OperationMessage>? messages, CancellationToken cancellation) =>
        RunAsync(deployment, RunHistory.Begin(plan.Plan), permit, onStep, messages, cancellation);

    /// <summary>Goes on with a run from where its journal ends, wherever that was written: here, or on a node.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="run">The run, as <see cref="ListAsync"/> tells of it.</param>
    /// <param name="permit">The yes to it.</param>
    /// <param name="onStep">Is given each step as it begins and ends.</param>
    /// <param name="messages">Is told what steps say while they work.</param>
    /// <param name="cancellation">Stops it; it can be resumed.</param>
    /// <exception cref="DrException"><c>RunNotFound</c>, <c>RunNeverBegan</c>, <c>RunHasSucceeded</c> where it holds no lock any more, <c>RunUndone</c>, and those of <see cref="StartAsync"/>.</exception>
    public static async Task<DrRun> ResumeAsync(
        DeploymentSession deployment, string run, ChangePermit permit, Action<DrStepResult> onStep, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var (histories, _) = await ReadAsync(deployment, cancellation).ConfigureAwait(false);
        var history = histories.FirstOrDefault(one => one.Plan.Id == run) ?? throw RunNotFound(run);
        return history.UndoneBy is { } undo ? throw RunUndone(run, undo)
            : history.Describe().Status == DrRunStatus.Abandoned ? throw RunNeverBegan(run)
            : history.HasSucceeded && !await HoldsLockAsync(deployment, run, cancellation).ConfigureAwait(false) ? throw RunHasSucceeded(run)
            : await RunAsync(deployment, history, permit, onStep, messages, cancellation).ConfigureAwait(false);
    }

    /// <summary>All runs of the deployment that this machine or a node that answers knows of, the newest first.</summary>
    /// <returns>The runs, and why a node could not be asked.</returns>
    public static async Task<(IReadOnlyList<DrRun> Runs, IReadOnlyList<DrException> Failures)> ListAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var (histories, failures) = await ReadAsync(deployment, cancellation).ConfigureAwait(false);
        return ([.. histories.Select(history => history.Describe()).OrderByDescending(run => run.StartedAt)], failures);
    }

    /// <summary>Takes a lock away, whoever holds it: the run that held it is given up.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="node">The node.</param>
    /// <param name="permit">The yes to it.</param>
    /// <param name="reason">Why; it goes into the node's system journal.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What was held; null where it was free.</returns>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<DrLock?> BreakLockAsync(DeploymentSession deployment, INode node, ChangePermit permit, string reason, CancellationToken cancellation)
    {
        var held = await NodeLock.ReadAsync(node, cancellation).ConfigureAwait(false);
        if (held.Run is null)
        {
            return null;
        }

        var changing = await NoteAsync(deployment, node, permit, held, "the lock", reason, cancellation).ConfigureAwait(false);
        await NodeLock.ReleaseAsync(changing, held.Run, cancellation).ConfigureAwait(false);
        return held;
    }

    /// <summary>Takes etcd's lease away, whoever holds it.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="node">The node of a member, whose system journal is told.</param>
    /// <param name="permit">The yes to it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What was held, with the node whose journal was told; null where it was free.</returns>
    /// <exception cref="DrException"><c>EtcdHasNoHealthyMember</c>, those of a connection to a member, and those of <see cref="INode"/>.</exception>
    public static async Task<DrLock?> BreakLeaseAsync(DeploymentSession deployment, INode node, ChangePermit permit, string reason, CancellationToken cancellation)
    {
        if (await LockLease.ReadAsync(deployment, cancellation).ConfigureAwait(false) is not { } held)
        {
            return null;
        }

        await NoteAsync(deployment, node, permit, held, "etcd's lease", reason, cancellation).ConfigureAwait(false);
        await LockLease.BreakAsync(deployment, held, cancellation).ConfigureAwait(false);
        return held with { Node = node.Name };
    }

    /// <summary>The lock as etcd's lease; null where nobody holds it, or the topology has no etcd.</summary>
    /// <exception cref="DrException"><c>EtcdHasNoHealthyMember</c>, and those of a connection to a member.</exception>
    public static async Task<DrLock?> ReadLeaseAsync(DeploymentSession deployment, CancellationToken cancellation) =>
        deployment.Topology.Etcd is null ? null : await LockLease.ReadAsync(deployment, cancellation).ConfigureAwait(false);

    /// <summary>The lock as a node has it.</summary>
    /// <exception cref="DrException"><c>LockUnreadable</c>, and those of <see cref="INode"/>.</exception>
    public static Task<DrLock> ReadLockAsync(INode node, CancellationToken cancellation) => NodeLock.ReadAsync(node, cancellation);

    /// <summary>Whether a run has the lock on a node that answers. Who died while giving it back has left it on some.</summary>
    internal static async Task<bool> HoldsLockAsync(DeploymentSession deployment, string run, CancellationToken cancellation)
    {
        await foreach (var outcome in deployment.Nodes.All.ForEachAsync(NodeLock.ReadAsync, NodeFanOut.DefaultThrottleLimit, cancellation).ConfigureAwait(false))
        {
            if (outcome.Value?.Run == run)
            {
                return true;
            }
        }

        return false;
    }

    private static async Task<DrRun> RunAsync(
        DeploymentSession deployment, RunHistory history, ChangePermit permit, Action<DrStepResult> onStep, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        // What is done needs its node no more.
        var needed = history.Plan.Steps.Where(step => history.Last(step)?.Status is not (DrStepStatus.Done or DrStepStatus.AlreadyDone)).Select(step => step.Node).OfType<string>().ToHashSet(StringComparer.Ordinal);
        var nodes = await RunNodes.ReachAsync(deployment, permit, needed, messages, cancellation).ConfigureAwait(false);
        await using (nodes.ConfigureAwait(false))
        {
            var journal = new JournalCopies(nodes, deployment.Journals, history.Lines, messages);
            return await new RunExecutor(RunbookCatalog.Find(history.Plan, deployment, nodes), history, journal, nodes, onStep).RunAsync(messages, cancellation).ConfigureAwait(false);
        }
    }

    private static async Task<IChangingNode> NoteAsync(DeploymentSession deployment, INode node, ChangePermit permit, DrLock held, string what, string reason, CancellationToken cancellation)
    {
        var changing = await deployment.Nodes.ChangingAsync(node, permit, cancellation).ConfigureAwait(false);
        var note = $"{what} of run {held.Run} ({held.Owner}) was removed by {RunIdentity.Operator}: {reason}";
        await changing.RunAsync(new ChangingCommand("logger", "-t", "zabbixdr", "--", note) { User = "root" }, cancellation).ConfigureAwait(false);
        return changing;
    }

    /// <summary>The journals of the deployment's runs, put together, and why a node could not be asked.</summary>
    internal static async Task<(IReadOnlyList<RunHistory> Histories, IReadOnlyList<DrException> Failures)> ReadAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var copies = RunJournals.ReadHere(deployment.Journals).Select(journal => (journal.Run, Place: Here, journal.Lines)).ToList();
        var failures = new List<DrException>();
        await foreach (var outcome in deployment.Nodes.All.ForEachAsync(RunJournals.ReadOnAsync, NodeFanOut.DefaultThrottleLimit, cancellation).ConfigureAwait(false))
        {
            if (outcome.Failure is { } failure)
            {
                failures.Add(failure);
            }
            else
            {
                copies.AddRange(outcome.Value!.Select(journal => (journal.Run, outcome.Node.Name, journal.Lines)));
            }
        }

        List<RunHistory> histories = [.. copies.GroupBy(copy => copy.Run, StringComparer.Ordinal)
            .Select(run => RunHistory.Merge(run.Select(copy => (copy.Place, copy.Lines))))
            .OfType<RunHistory>()
            .Where(history => history.Plan.Deployment == deployment.Topology.Name)];
        RunHistory.Relate(histories);
        return (histories, failures);
    }

    private static DrException ApprovalRequired(DrPlan plan) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        plan.Title,
        "the topology demands an approved plan (approval.required)",
        "Make and save the plan with New-DrPlan -OutFile, let another person approve it with Approve-DrPlan, and run it with Invoke-DrPlan.");

    internal static DrException RunNotFound(string run) => DrException.Of(
        DrErrorKind.NotFound,
        null,
        $"Looking for the run {run}",
        "neither this machine nor a node that answers has its journal",
        "Get-DrRun lists the runs that are known.");

    internal static DrException RunUndone(string run, string undo) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Taking up the run {run}",
        $"run {undo} goes back from it, or has done so",
        $"See Get-DrRun {undo}; where that broke off, go on with Resume-DrRun {undo}, or give it up with Remove-DrLock and begin another way back.");

    private static DrException RunNeverBegan(string run) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Resuming the run {run}",
        "it never began: another held the lock, and nothing was changed",
        "Begin it anew with the command that made it, which looks at things as they are now.");

    private static DrException RunHasSucceeded(string run) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Resuming the run {run}",
        "it has come to its end already",
        "Get-DrRun shows it.");
}
