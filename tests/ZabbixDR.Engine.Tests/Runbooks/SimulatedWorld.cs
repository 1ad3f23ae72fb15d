using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Runbooks;

/// <summary>
/// Nodes, journal and lock of a deployment, in memory. What survives a dead management host survives here: what was done, the journal's
/// lines that were written, the lock. At every point at which the real thing would touch a disk or a network the process may die.
/// </summary>
/// <remarks>
/// Each behaviour is one that a lab test observed: the lock refuses another run and is taken again by the same (EtcdRestoreTests,
/// Another_run_is_refused_and_told_who_holds_the_lock; Killed_it_is_resumed_from_another_host), numbers rise above the highest of any node
/// (the first of them), a copy of the journal on a node outlives the management host's own (Killed_it_is_resumed_from_another_host), a run that goes back
/// from another takes the lock over from that one and no other, keeps a journal of its own, and takes back what is there (UndoTests).
/// </remarks>
internal sealed class SimulatedWorld(int seed) : IRunbook, IRunLock, IJournalCopies
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, int> _done = [];
    private readonly Dictionary<string, List<JournalLine>> _here = [];
    private readonly Dictionary<string, List<JournalLine>> _nodes = [];
    private JournalLine? _last;
    private long _fence;
    private int _untilDeath = int.MaxValue;

    /// <summary>How the engine is broken on purpose, to see that these tests see it.</summary>
    public enum Fault
    {
        None,
        IntentWrittenLate,
        LockNotAsked,
        OutcomeForgotten,
        LockNotTakenOver,
    }

    public Fault Broken { get; init; }

    /// <summary>What must never happen, and did.</summary>
    public List<string> Violations { get; } = [];

    public string? Holder { get; private set; }

    /// <summary>Whether somebody else holds etcd's lease by now.</summary>
    public bool IsLost { get; set; }

    /// <summary>The journal as who resumes finds it: sometimes only what the nodes keep.</summary>
    public RunHistory? Journal(bool fromElsewhere, string run = "one") =>
        RunHistory.Merge(fromElsewhere ? [("node", Of(_nodes, run))] : [("here", Of(_here, run)), ("node", Of(_nodes, run))]);

    public void DieAfter(int points) => _untilDeath = points;

    public int DrawPoints(int most) => _random.Next(most);

    public bool DrawElsewhere(string run = "one") => _random.Next(3) == 0 && Of(_nodes, run).Count > 0;

    /// <summary>What was done and not taken back.</summary>
    public IReadOnlyCollection<string> Standing => _done.Keys;

    public IStepWork Work(DrPlanStep step) => new Labour(this, step);

    public bool IsDone(string step) => _done.ContainsKey(step);

    public Task<long> TakeAsync(string run, string? instead, CancellationToken cancellation)
    {
        Point();
        if (Holder is not null && Holder != run && (Holder != instead || Broken == Fault.LockNotTakenOver) && Broken != Fault.LockNotAsked)
        {
            throw DrException.Of(DrErrorKind.Busy, null, "Taking the lock", $"{Holder} holds it", "Wait.");
        }

        Holder = Broken == Fault.LockNotAsked ? Holder ?? run : run;
        _fence++;
        Point();
        return Task.FromResult(_fence);
    }

    public void RequireHeld()
    {
        if (IsLost)
        {
            throw LockErrors.LockLost(new DrLock { Node = "etcd-1", IsLease = true, Run = "later", FencingNumber = _fence + 1 });
        }
    }

    public Task ReleaseAsync(CancellationToken cancellation)
    {
        Point();
        Holder = null;
        return Task.CompletedTask;
    }

    public Task WriteAsync(JournalLine line, string? node, CancellationToken cancellation)
    {
        Point();
        if (Broken == Fault.IntentWrittenLate && line.Event == JournalEvent.Begun)
        {
            return Task.CompletedTask;
        }

        if (Broken == Fault.OutcomeForgotten && line.Event == JournalEvent.Ended)
        {
            return Task.CompletedTask;
        }

        Of(_here, line.Run).Add(line);
        Point();
        if (Holder is not null)
        {
            _nodes[line.Run] = [.. Of(_here, line.Run)];
            _last = line;
            Point();
        }

        return Task.CompletedTask;
    }

    private static List<JournalLine> Of(Dictionary<string, List<JournalLine>> journals, string run) =>
        journals.TryGetValue(run, out var lines) ? lines : journals[run] = [];

    private void Point()
    {
        if (_untilDeath-- <= 0)
        {
            _untilDeath = int.MaxValue;
            throw new ProcessDiedException();
        }
    }

    internal sealed class ProcessDiedException : Exception;

    /// <summary>A step on a simulated node.</summary>
    private sealed class Labour(SimulatedWorld world, DrPlanStep step) : IStepWork
    {
        private string? Removes => step.Arguments.GetValueOrDefault("removes");

        public Task<StepLook> LookAsync(CancellationToken cancellation)
        {
            world.Point();

            // A broken look would hide that an outcome was forgotten: the two together are what repeats a step.
            var done = (Removes is null ? world._done.ContainsKey(step.Id) : !world._done.ContainsKey(Removes)) && !(world.Broken == Fault.OutcomeForgotten && world._random.Next(2) == 0);
            return Task.FromResult(new StepLook(done, done ? "it is done" : "it is not done"));
        }

        public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
        {
            world.Point();
            Require(step.Arguments["run"] == world.Holder, $"{step.Id} was done by {step.Arguments["run"]} while {world.Holder ?? "nobody"} held the lock");
            Require(world._last is { Event: JournalEvent.Begun } intent && intent.Step == step.Id, $"{step.Id} was done before its intent was written");
            Require(step.Arguments["after"] is "" || world.IsDone(step.Arguments["after"]), $"{step.Id} was done before {step.Arguments["after"]}");
            Require(!world.IsDone(step.Id), $"{step.Id} was done twice");
            if (Removes is null)
            {
                world._done[step.Id] = 1;
            }
            else
            {
                Require(world._done.Remove(Removes), $"{Removes} was taken back twice");
            }

            world.Point();
            return Task.CompletedTask;
        }

        private void Require(bool holds, string violation)
        {
            if (!holds)
            {
                world.Violations.Add(violation);
            }
        }
    }
}
