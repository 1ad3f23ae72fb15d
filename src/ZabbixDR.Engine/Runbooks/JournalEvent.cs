namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a line of a journal tells.</summary>
internal enum JournalEvent
{
    /// <summary>A plan is to be run; the line holds it.</summary>
    Planned,

    /// <summary>Somebody holds the lock and works on it: the first time, or resuming.</summary>
    Taken,

    /// <summary>A step is about to begin.</summary>
    Begun,

    /// <summary>A step has ended.</summary>
    Ended,

    /// <summary>The run is at its end.</summary>
    Closed,
}
