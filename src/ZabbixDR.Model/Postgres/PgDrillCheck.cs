namespace ZabbixDR;

/// <summary>What a drill found out about one subject.</summary>
/// <param name="Subject">The subject.</param>
/// <param name="Status">What came of it; skipped where it was not looked at, for the reason that is given.</param>
/// <param name="Detail">What was found, or why it failed or was skipped.</param>
public sealed record PgDrillCheck(PgDrillSubject Subject, ReadinessStatus Status, string Detail);
