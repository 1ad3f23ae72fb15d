namespace ZabbixDR.Engine.Tests.Operations.Drills;

/// <summary>What drills are tested with.</summary>
internal static class DrillSamples
{
    /// <summary>A full set that stopped at a moment.</summary>
    public static PgBackRestBackup Set(string label, DateTimeOffset stopped) => new()
    {
        Stanza = "zabbix",
        Label = label,
        Type = PgBackRestBackupType.Full,
        Repository = 1,
        StartedAt = stopped.AddMinutes(-5),
        StoppedAt = stopped,
        DatabaseSize = 95_725_787,
        DatabaseBackupSize = 95_725_787,
        RepositoryBackupSize = 10_000_000,
        Timeline = 1,
        LsnStart = "0/9000160",
        LsnStop = new PgLsn(0xA40CCA8 + ((long)stopped.Hour << 24)).ToString(),
        References = [],
        Annotations = new Dictionary<string, string>(),
        PgBackRestVersion = "2.55.1",
        DatabaseId = 1,
        DatabaseVersion = "17",
        SystemIdentifier = "7",
        Source = "pg-a",
    };
}
