namespace ZabbixDR.Engine.Runbooks;

/// <summary>The deployment's lock, as a run sees it.</summary>
internal interface IRunLock
{
    /// <summary>Takes it, or takes it again for the same run, with a fencing number above every earlier one.</summary>
    /// <param name="run">The run.</param>
    /// <param name="instead">The run that it goes back from: what that one holds, it takes over. Null for none.</param>
    /// <param name="cancellation">Ends the wait; what was taken by then is given back.</param>
    /// <returns>The fencing number.</returns>
    /// <exception cref="DrException"><c>LockHeld</c> by another run; <c>NodeChangesNow</c>.</exception>
    Task<long> TakeAsync(string run, string? instead, CancellationToken cancellation);

    /// <summary>Demands that it is still the run's, as far as that is known here: what is asked of a node is refused there too.</summary>
    /// <exception cref="DrException"><c>LockLost</c>.</exception>
    void RequireHeld();

    /// <summary>Gives it back.</summary>
    Task ReleaseAsync(CancellationToken cancellation);
}
