namespace ZabbixDR.Engine.Readiness;

/// <summary>One question about whether the deployment could be recovered. It changes nothing.</summary>
internal interface IReadinessCheck
{
    /// <summary>Its stable id: the subject, a dot, and what is asked of it.</summary>
    string Id { get; }

    /// <summary>What must be true, as a sentence.</summary>
    string Title { get; }

    /// <summary>What it is about.</summary>
    ReadinessCategory Category { get; }

    /// <summary>Why it does not apply to this deployment; null where it does.</summary>
    string? NotApplicable(DrTopology topology);

    /// <summary>Answers it: one finding, or one for each subject.</summary>
    /// <exception cref="DrException">The subject could not be asked; the caller makes an answer of it.</exception>
    Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation);
}
