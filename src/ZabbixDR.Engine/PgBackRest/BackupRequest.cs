namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The backup that is wanted.</summary>
/// <param name="Type">What the set shall hold. pgBackRest makes a full one, and warns, where there is nothing to build on.</param>
/// <param name="Repository">The number of the repository that it goes to; null for the first that the node's configuration names.</param>
/// <param name="TimeLimit">
/// The longest that it may run. It grows with the data: measured once, give it several times as long. pgBackRest itself ends a backup whose
/// workers fall silent (protocol-timeout, 30 min).
/// </param>
public sealed record BackupRequest(PgBackRestBackupType Type, int? Repository, TimeSpan TimeLimit)
{
    /// <summary>The key of the annotation that names the run which made a set: it tells so long after the node has forgotten the run.</summary>
    public const string RunAnnotation = "zabbixdr-run";

    /// <summary>24 h, room for terabytes over a slow line.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromHours(24);

    /// <summary>The longest wait for another pgBackRest's end; null to refuse at once where one runs.</summary>
    public TimeSpan? WaitLimit { get; init; }

    /// <summary>True to back up also where the set is not expected to fit.</summary>
    public bool SkipSpaceCheck { get; init; }

    /// <summary>True to expire nothing afterwards, whatever the retention says: a set that may still be needed stays.</summary>
    public bool KeepsAll { get; init; }

    /// <summary>The run that makes it, written into the set as the annotation <see cref="RunAnnotation"/> (pgBackRest 2.41); null where none does.</summary>
    public string? Run { get; init; }
}
