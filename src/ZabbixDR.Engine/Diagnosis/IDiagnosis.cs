namespace ZabbixDR.Engine.Diagnosis;

/// <summary>One subject's decision tree: it looks from the cause towards the symptom, and stops at the first that is wrong. It changes nothing.</summary>
internal interface IDiagnosis
{
    /// <summary>What it is about.</summary>
    DrSubject Subject { get; }

    /// <summary>Why there is nothing to look at in this deployment; null where there is.</summary>
    string? NotApplicable(DrTopology topology);

    /// <summary>Looks.</summary>
    /// <param name="context">The deployment, and what was found so far.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What is wrong, or could not be looked at; and one that passes for each place where nothing is.</returns>
    /// <exception cref="DrException">The subject as a whole could not be looked at.</exception>
    Task<IReadOnlyList<DrFinding>> RunAsync(DiagnosisContext context, CancellationToken cancellation);
}
