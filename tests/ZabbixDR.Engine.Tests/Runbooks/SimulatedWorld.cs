using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Runbooks;

/// <summary>
/// Nodes, journal and lock of a deployment, in memory. What survives a dead management host survives here: what was done, the journal's
/// lines that were written, the lock. At every point at which the real thing would touch a disk or a network the process may die.
/// </summary>
/// <remarks>
/// Each behaviour is one that a lab test observed: the lock refuses another run and is taken again by the same (EtcdRestoreTests,
/// Another_run_is_refused_and_told_who_holds_the_lock; Killed_anywhere_it_is_resumed), a node refuses a lower fencing number
/// (FencedNodeTests), a copy of the journal on a node outlives the management host's own (Killed_anywhere_it_is_resumed, elsewhere).
/// </remarks>
internal sealed class SimulatedWorld(int seed) : IRunbook, IRunLock, IJournalCopies
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<string, int> _done = [];
    private readonly List<JournalLine> _here = [];
    private readonly List<JournalLine> _nodes = [];
    private long _fence;
    private int _untilDeath = int.MaxValue;

    /// <summary>How the engine is broken on purpose, to see that these tests see it.</summary>
    public enum Fault
    {
        None,
        IntentWrittenLate,
        LockNotAsked,
        OutcomeForgotten,
    }

    public Fault Broken { get; init; }

    /// <summary>What must never happen, and did.</summary>
    public List<string> Violations { get; } = [];

    public string? Holder { get; private set; }

    /// <summary>The journal as who resumes finds it: sometimes only what the nodes keep.</summary>
    public RunHistory? Journal(bool fromElsewhere) => RunHistory.Merge(fromElsewhere ? [("node", _nodes)] : [("here", _here), ("node", _nodes)]);

    public void DieAfter(int points) => _untilDeath = points;

    public int DrawPoints(int most) => _random.Next(most);

    public bool DrawElsewhere() => _random.Next(3) == 0 && _nodes.Count > 0;

    public void Empty() => _here.Clear();

    public IStepWork Work(DrPlanStep step) => new Labour(this, step);

    public bool IsDone(string step) => _done.ContainsKey(step);

    public Task<long> TakeAsync(string run, CancellationToken cancellation)
    {
        Point();
        if (Holder is not null && Holder != run && Broken != Fault.LockNotAsked)
        {
            throw DrException.Of(DrErrorKind.Busy, null, "Taking the lock", $"{Holder} holds it", "Wait.");
        }

        Holder = Broken == Fault.LockNotAsked ? Holder ?? run : run;
        _fence++;
        Point();
        return Task.FromResult(_fence);
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

        _here.Add(line);
        Point();
        if (Holder is not null)
        {
            _nodes.Clear();
            _nodes.AddRange(_here);
            Point();
        }

        return Task.CompletedTask;
    }

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
        public Task<StepLook> LookAsync(CancellationToken cancellation)
        {
            world.Point();

            // A broken look would hide that an outcome was forgotten: the two together are what repeats a step.
            var done = world._done.ContainsKey(step.Id) && !(world.Broken == Fault.OutcomeForgotten && world._random.Next(2) == 0);
            return Task.FromResult(new StepLook(done, done ? "it is done" : "it is not done"));
        }

        public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
        {
            world.Point();
            Require(step.Arguments["run"] == world.Holder, $"{step.Id} was done by {step.Arguments["run"]} while {world.Holder ?? "nobody"} held the lock");
            Require(world._nodes.LastOrDefault() is { Event: JournalEvent.Begun } intent && intent.Step == step.Id, $"{step.Id} was done before its intent was written");
            Require(step.Arguments["after"] is "" || world.IsDone(step.Arguments["after"]), $"{step.Id} was done before {step.Arguments["after"]}");
            Require(!world.IsDone(step.Id), $"{step.Id} was done twice");
            world._done[step.Id] = 1;
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
