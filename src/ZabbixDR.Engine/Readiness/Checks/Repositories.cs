using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>What the checks of the backups have in common.</summary>
internal static class Repositories
{
    /// <summary>Where no repository could be read, nothing is known of backups; null where at least one was. One that was read and lacks the stanza was asked.</summary>
    public static ReadinessFinding? IfUnknown(StanzaContent content, string expected) =>
        content is { Backups.Count: 0, Failures: [var failure, ..] } && failure.Kind != DrErrorKind.NotFound ? ReadinessFinding.Unknown(failure, expected) : null;

    /// <summary>There is none.</summary>
    public static ReadinessFinding NoBackup(string expected) =>
        ReadinessFinding.Fail(null, expected, "none", "no repository holds such a backup", "Take one: Invoke-PgBackRestBackup -Type Full.");

    /// <summary>Judges the age of the newest set of some kind, from its end: what was written after that is only in WAL.</summary>
    public static ReadinessFinding JudgeNewest(
        StanzaContent content,
        Func<PgBackRestBackup, bool> chosen,
        string kind,
        DateTimeOffset now,
        TimeSpan limit,
        string type)
    {
        var newest = content.Backups.Where(chosen).MaxBy(backup => backup.StoppedAt);
        return newest is null
            ? IfUnknown(content, Ages.Limit(limit)) ?? NoBackup(Ages.Limit(limit))
            : Ages.Judge(
                null,
                $"the newest {kind}, {newest.Label},",
                now - newest.StoppedAt,
                limit,
                $"See why the schedule did not run, and take one: Invoke-PgBackRestBackup -Type {type}.");
    }
}
