namespace ZabbixDR;

/// <summary>How a run stands.</summary>
public enum DrRunStatus
{
    /// <summary>Its end was never written: it runs now, or what ran it died.</summary>
    Unfinished,

    /// <summary>Every step was done and proven.</summary>
    Succeeded,

    /// <summary>A step failed, or it was stopped; <c>Resume-DrRun</c> goes on.</summary>
    Failed,

    /// <summary>It never began: the lock was another's.</summary>
    Abandoned,

    /// <summary>Another run goes back from it, or has done so: <c>UndoneBy</c> says which.</summary>
    Undone,
}
