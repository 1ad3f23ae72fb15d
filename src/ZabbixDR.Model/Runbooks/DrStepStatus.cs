namespace ZabbixDR;

/// <summary>How a step of a run stands.</summary>
public enum DrStepStatus
{
    /// <summary>It has not begun.</summary>
    Waiting,

    /// <summary>It was begun, and its end was never written: it may or may not have happened. Resuming looks.</summary>
    Begun,

    /// <summary>It was done, and proven.</summary>
    Done,

    /// <summary>A look showed that it was done already; nothing was changed.</summary>
    AlreadyDone,

    /// <summary>It failed; the detail says how.</summary>
    Failed,
}
