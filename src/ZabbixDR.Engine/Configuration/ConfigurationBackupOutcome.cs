namespace ZabbixDR.Engine.Configuration;

/// <summary>What a backup of the configuration files came to.</summary>
/// <param name="Backup">The archive; null where not one node could be read, so that none was written.</param>
/// <param name="Failures">What is missing from it, one failure a node.</param>
public sealed record ConfigurationBackupOutcome(DrConfigurationBackup? Backup, IReadOnlyList<DrException> Failures);
