namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>How the engine is broken on purpose, to see that the simulation sees it.</summary>
internal enum Breakage
{
    None,

    /// <summary>A step is done before its intent is written.</summary>
    IntentWrittenLate,

    /// <summary>A node is told of the first step on it, and not of those that follow.</summary>
    IntentOfTheFirstAlone,

    /// <summary>The outcome of a step is written nowhere, and a look finds nothing done.</summary>
    OutcomeForgotten,

    /// <summary>A node gives the lock to whoever asks.</summary>
    LockNotAsked,

    /// <summary>etcd gives the lease to whoever asks.</summary>
    LeaseNotAsked,

    /// <summary>A command of a lower fencing number runs.</summary>
    FenceNotAsked,

    /// <summary>The exchange deletes the old data instead of moving it aside.</summary>
    SwapDeletes,

    /// <summary>A member is started before all are stopped.</summary>
    StartedBeforeAllStopped,

    /// <summary>Patroni is not frozen while etcd goes back.</summary>
    PatroniNotFrozen,

    /// <summary>A Patroni that is kept off is started with its node all the same.</summary>
    FenceOfUnitIgnored,

    /// <summary>The lost members are not kept off while the survivor is made a cluster of its own.</summary>
    OthersNotFenced,

    /// <summary>The survivor is made a cluster of its own before its data is copied.</summary>
    CopyLeftOut,

    /// <summary>The restored set is given to Patroni before it is recovered.</summary>
    RecoverLeftOut,

    /// <summary>The set is restored where the old data still lies.</summary>
    MoveLeftOut,

    /// <summary>Servers are taken for what they were when the plan was made.</summary>
    PrimaryNotLookedAt,
}
