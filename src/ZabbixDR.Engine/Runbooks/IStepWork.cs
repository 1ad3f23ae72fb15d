namespace ZabbixDR.Engine.Runbooks;

/// <summary>What a step does and how it is proven. Order, journal, lock, time and retry are the executor's.</summary>
internal interface IStepWork
{
    /// <summary>Looks whether it is done. Changes nothing.</summary>
    /// <exception cref="DrException">That cannot be known.</exception>
    Task<StepLook> LookAsync(CancellationToken cancellation);

    /// <summary>Does it.</summary>
    /// <param name="messages">Is told what is worth telling while it works.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DrException">It failed.</exception>
    Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation);
}
