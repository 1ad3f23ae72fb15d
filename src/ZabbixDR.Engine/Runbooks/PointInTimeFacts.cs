namespace ZabbixDR.Engine.Runbooks;

/// <summary>What the steps of a point-in-time recovery leave for its result, by name.</summary>
internal static class PointInTimeFacts
{
    /// <summary>The time of the last commit before the recovery, in UTC.</summary>
    public const string LastCommit = "lastCommit";

    /// <summary>Where PostgreSQL stopped, in its own words.</summary>
    public const string Stop = "stop";

    /// <summary>The commit time of the last transaction that was replayed, in UTC.</summary>
    public const string ReachedTime = "reachedTime";

    /// <summary>The position of the last record that was replayed.</summary>
    public const string ReachedLsn = "reachedLsn";

    /// <summary>The timeline that was begun: the recovery's, and then the one that Patroni began with the lead.</summary>
    public const string Timeline = "timeline";

    /// <summary>What the restored database holds: the prefix of several.</summary>
    public const string Check = "check.";

    /// <summary>The label of the full backup at the end.</summary>
    public const string Backup = "backup";
}
