using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>Runs a plan as RunControl does, with the journal or the looks broken on purpose.</summary>
internal static class BrokenEngine
{
    public static async Task<DrRun> RunAsync(DeploymentSession session, RunHistory history, ChangePermit permit, Breakage breakage, CancellationToken cancellation)
    {
        await using var nodes = await RunNodes.ReachAsync(session, permit, new HashSet<string>(), null, cancellation);
        var journal = new BrokenJournal(new JournalCopies(nodes, session.Journals, history.Lines, null), session.Journals, breakage);
        var runbook = new BrokenRunbook(RunbookCatalog.Find(history.Plan, session, nodes), breakage);
        return await new RunExecutor(runbook, history, journal, nodes, _ => { }).RunAsync(null, cancellation);
    }

    private sealed class BrokenJournal(IJournalCopies journal, ILineFiles here, Breakage breakage) : IJournalCopies
    {
        private readonly HashSet<string> _told = new(StringComparer.Ordinal);
        private (JournalLine Line, string? Node)? _held;

        public async Task WriteAsync(JournalLine line, string? node, CancellationToken cancellation)
        {
            if (breakage == Breakage.OutcomeForgotten && line.Event == JournalEvent.Ended)
            {
                return;
            }

            if (breakage == Breakage.IntentWrittenLate && line.Event == JournalEvent.Begun)
            {
                _held = (line, node);
                return;
            }

            if (breakage == Breakage.IntentOfTheFirstAlone && line.Event == JournalEvent.Begun && node is not null && !_told.Add(node))
            {
                RunJournals.AppendHere(here, line);
                return;
            }

            if (_held is { } held)
            {
                _held = null;
                await journal.WriteAsync(held.Line, held.Node, cancellation);
            }

            await journal.WriteAsync(line, node, cancellation);
        }
    }

    private sealed class BrokenRunbook(IRunbook runbook, Breakage breakage) : IRunbook
    {
        public IStepWork Work(DrPlanStep step) => breakage == Breakage.OutcomeForgotten ? new BlindAtFirst(runbook.Work(step)) : runbook.Work(step);
    }

    // A look that sees what is done would make up for an outcome that was forgotten.
    private sealed class BlindAtFirst(IStepWork work) : IStepWork
    {
        private bool _hasLooked;

        public Task<StepLook> LookAsync(CancellationToken cancellation)
        {
            var sees = _hasLooked;
            _hasLooked = true;
            return sees ? work.LookAsync(cancellation) : Task.FromResult(StepLook.NotDone("it was not looked at"));
        }

        public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => work.DoAsync(messages, cancellation);
    }
}
