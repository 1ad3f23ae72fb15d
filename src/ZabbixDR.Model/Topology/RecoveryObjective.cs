namespace ZabbixDR;

/// <summary>How much may be lost, and how long it may take, in one kind of failure.</summary>
/// <param name="Scenario">The failure.</param>
/// <param name="Rpo">How much may be lost, as the time that it took to write; null where nothing is promised.</param>
/// <param name="Rto">How long it may take until the service is back; null where nothing is promised.</param>
public sealed record RecoveryObjective(FailureScenario Scenario, TimeSpan? Rpo, TimeSpan? Rto)
{
    /// <summary>
    /// The source document's, the longer end where it gives a range. Of damaged data and a full rebuild it promises no loss in numbers
    /// ("minutes to hours", "last backup age").
    /// </summary>
    public static IReadOnlyList<RecoveryObjective> Usual { get; } =
    [
        new(FailureScenario.ServerFailure, TimeSpan.Zero, TimeSpan.FromSeconds(65)),
        new(FailureScenario.DatabaseFailoverSync, TimeSpan.Zero, TimeSpan.FromSeconds(30)),
        new(FailureScenario.DatabaseFailoverAsync, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)),
        new(FailureScenario.SiteLoss, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(3)),
        new(FailureScenario.SiteLossWithoutQuorum, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15)),
        new(FailureScenario.DatabaseCorruption, null, TimeSpan.FromHours(1)),
        new(FailureScenario.FullRebuild, null, TimeSpan.FromHours(4)),
    ];
}
