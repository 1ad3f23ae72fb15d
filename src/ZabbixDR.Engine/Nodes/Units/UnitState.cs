namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>What has become of long work on a node.</summary>
public enum UnitState
{
    /// <summary>The node knows nothing of it: it was never started, or it was forgotten.</summary>
    Absent,

    /// <summary>Its start was prepared, and its program never ran: the connection broke in between, or systemd refused.</summary>
    NeverBegan,

    /// <summary>It runs, or is being ended.</summary>
    Running,

    /// <summary>Its program ended by itself, with an exit code.</summary>
    Exited,

    /// <summary>A signal that systemd did not send ended its program.</summary>
    Killed,

    /// <summary>It reached its time limit and was ended.</summary>
    TimedOut,

    /// <summary>It was ended on request: cancelled, or the node was shut down in an orderly way.</summary>
    Stopped,

    /// <summary>It began, runs no more, and left no result: the node lost its power, or lost the unit. What it had done by then is not known.</summary>
    Lost,
}
