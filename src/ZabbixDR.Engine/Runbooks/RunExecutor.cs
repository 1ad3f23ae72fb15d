using System.Diagnostics;
using ZabbixDR.Engine.Locks;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// Runs a plan, from its beginning or from where its journal ends: takes the lock, and for each step looks first, writes the intent, does
/// it, looks again, and writes the outcome. It stops at the first failure and keeps the lock then: what is half done is nobody else's to change.
/// </summary>
internal sealed class RunExecutor
{
    // What is said to do no harm twice is tried so often; a fault that lasts longer is for a person.
    private const int Attempts = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // One look at one node, or at all members at once.
    private static readonly TimeSpan s_lastLook = TimeSpan.FromSeconds(30);
    private readonly IRunbook _runbook;
    private readonly IJournalCopies _journal;
    private readonly IRunLock _lock;
    private readonly RunHistory _history;
    private readonly Action<DrStepResult> _onStep;

    /// <summary>Prepares it; nothing is done yet.</summary>
    /// <param name="runbook">Knows the work.</param>
    /// <param name="history">What is to be run, and what was done of it.</param>
    /// <param name="journal">Keeps the lines.</param>
    /// <param name="runLock">The deployment's lock.</param>
    /// <param name="onStep">Is given each step as it begins and ends.</param>
    public RunExecutor(IRunbook runbook, RunHistory history, IJournalCopies journal, IRunLock runLock, Action<DrStepResult> onStep)
    {
        _runbook = runbook;
        _journal = journal;
        _lock = runLock;
        _history = history;
        _onStep = onStep;
    }

    private DrPlan Plan => _history.Plan;

    /// <summary>Runs it to its end.</summary>
    /// <param name="messages">Is told what steps say while they work.</param>
    /// <param name="cancellation">Stops it between two steps or within one; it can be resumed.</param>
    /// <exception cref="DrException"><c>StepFailed</c>; those of the lock and the journal.</exception>
    public async Task<DrRun> RunAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var isNew = _history.LastNumber == 0;
        if (isNew)
        {
            // Before the lock: who dies while taking it leaves a journal that says whose it is.
            await WriteAsync(JournalEvent.Planned, null, line => line with { Plan = Plan }, cancellation).ConfigureAwait(false);
        }

        var fence = await TakeAsync(isNew, cancellation).ConfigureAwait(false);
        await WriteAsync(JournalEvent.Taken, null, line => line with { Fence = fence }, cancellation).ConfigureAwait(false);
        foreach (var step in Plan.Steps)
        {
            await RunAsync(step, messages, cancellation).ConfigureAwait(false);
        }

        // From here on nothing is left to be stopped.
        await WriteAsync(JournalEvent.Closed, null, line => line with { Outcome = DrRunStatus.Succeeded }, CancellationToken.None).ConfigureAwait(false);
        await _lock.ReleaseAsync(CancellationToken.None).ConfigureAwait(false);
        return _history.Describe();
    }

    private async Task<long> TakeAsync(bool isNew, CancellationToken cancellation)
    {
        try
        {
            return await _lock.TakeAsync(Plan.Id, Plan.Undoes, cancellation).ConfigureAwait(false);
        }
        catch (DrException) when (isNew)
        {
            // It never began: nobody shall take it for one to go on with.
            await WriteAsync(JournalEvent.Closed, null, line => line with { Outcome = DrRunStatus.Abandoned }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private async Task RunAsync(DrPlanStep step, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        if (_history.Last(step)?.Status is DrStepStatus.Done or DrStepStatus.AlreadyDone)
        {
            return;
        }

        cancellation.ThrowIfCancellationRequested();
        var clock = Stopwatch.StartNew();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(step.TimeLimit);
        try
        {
            _lock.RequireHeld();
            var work = _runbook.Work(step);
            var before = await work.LookAsync(limit.Token).ConfigureAwait(false);
            if (before.IsDone)
            {
                await EndAsync(step, DrStepStatus.AlreadyDone, before, clock.Elapsed).ConfigureAwait(false);
                return;
            }

            await WriteAsync(JournalEvent.Begun, step, line => line with { Status = DrStepStatus.Begun, Detail = before.Detail }, limit.Token).ConfigureAwait(false);
            _onStep(_history.Result(step));
            var after = await DoAsync(step, work, messages, limit.Token).ConfigureAwait(false);
            await EndAsync(step, DrStepStatus.Done, after, clock.Elapsed).ConfigureAwait(false);
        }
        catch (Exception error) when (error is DrException or OperationCanceledException)
        {
            var failure = error as DrException ?? (cancellation.IsCancellationRequested ? StepStopped(step, error) : StepTimedOut(step, await SeenLastAsync(step).ConfigureAwait(false), error));
            await EndAsync(step, DrStepStatus.Failed, StepLook.NotDone(failure.Message), clock.Elapsed).ConfigureAwait(false);
            await WriteAsync(JournalEvent.Closed, null, line => line with { Outcome = DrRunStatus.Failed }, CancellationToken.None).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            throw StepFailed(step, failure);
        }
    }

    private async Task<string> SeenLastAsync(DrPlanStep step)
    {
        using var limit = new CancellationTokenSource(s_lastLook);
        try
        {
            return (await _runbook.Work(step).LookAsync(limit.Token).ConfigureAwait(false)).Detail;
        }
        catch (Exception error) when (error is DrException or OperationCanceledException)
        {
            return $"nothing, since it cannot be looked at ({error.Message})";
        }
    }

    private static async Task<StepLook> DoAsync(DrPlanStep step, IStepWork work, IProgress<OperationMessage>? messages, CancellationToken limit)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await work.DoAsync(messages, limit).ConfigureAwait(false);
                var after = await work.LookAsync(limit).ConfigureAwait(false);
                return after.IsDone ? after : throw StepUnproven(step, after);
            }
            catch (DrException failure) when (step.Idempotent && attempt < Attempts && failure.Kind is DrErrorKind.Unreachable or DrErrorKind.Remote)
            {
                await Task.Delay(attempt * s_pause, limit).ConfigureAwait(false);
            }
        }
    }

    private async Task EndAsync(DrPlanStep step, DrStepStatus status, StepLook look, TimeSpan elapsed)
    {
        // What happened is written even where the person has stopped waiting.
        await WriteAsync(JournalEvent.Ended, step, line => line with { Status = status, Detail = look.Detail, Facts = look.Facts.Count == 0 ? null : look.Facts, Elapsed = elapsed }, CancellationToken.None).ConfigureAwait(false);
        _onStep(_history.Result(step));
    }

    private async Task WriteAsync(JournalEvent what, DrPlanStep? step, Func<JournalLine, JournalLine> fill, CancellationToken cancellation)
    {
        var line = fill(new JournalLine
        {
            Run = Plan.Id,
            Number = _history.LastNumber + 1,
            At = DateTimeOffset.UtcNow,
            Event = what,
            Operator = RunIdentity.Operator,
            Step = step?.Id,
        });
        await _journal.WriteAsync(line, step?.Node, cancellation).ConfigureAwait(false);
        _history.Add(line);
    }

    private DrException StepFailed(DrPlanStep step, DrException failure) => DrException.Of(
        failure.Kind,
        step.Node ?? failure.Node,
        $"Step {step.Id} of {Plan.Title} (run {Plan.Id})",
        failure.Message,
        $"Mend the cause and go on with: Resume-DrRun {Plan.Id}.{(UndoPlan.IsFor(Plan) ? $" Or go back with: Undo-DrRun {Plan.Id}." : "")} The lock is kept until then; Remove-DrLock gives the run up, and leaves everything as it now is. {NodesNow()}",
        failure);

    // A line for each node that was touched.
    private string NodesNow()
    {
        var results = Plan.Steps.Select(step => (Step: step, _history.Result(step).Status)).ToList();
        var touched = results.Where(result => result.Step.Node is not null)
            .GroupBy(result => result.Step.Node!, StringComparer.Ordinal)
            .Where(node => node.Any(result => result.Status != DrStepStatus.Waiting))
            .Select(node => $"\n  {node.Key}: {_runbook.Describe([.. node])}");
        return $"{results.Count(result => result.Status is DrStepStatus.Done or DrStepStatus.AlreadyDone)} of {results.Count} steps are done. By what was done:{string.Concat(touched)}";
    }

    private static DrException StepUnproven(DrPlanStep step, StepLook look) => DrException.Of(
        DrErrorKind.InvalidData,
        step.Node,
        step.What,
        $"it reported no failure, and is not done: {look.Detail}",
        $"It would be proven by this: {step.Proof}");

    private static DrException StepTimedOut(DrPlanStep step, string seenLast, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        step.Node,
        step.What,
        $"it was not done after {step.TimeLimit.TotalSeconds:0} s; seen last: {seenLast}",
        "Look at the node; what it does may still be going on.",
        cause);

    private static DrException StepStopped(DrPlanStep step, Exception cause) => DrException.Of(
        DrErrorKind.Precondition,
        step.Node,
        step.What,
        "it was stopped by the user",
        "Resuming looks at what is true first.",
        cause);
}
