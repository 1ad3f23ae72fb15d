using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.Postgres;

/// <summary>
/// What a server that recovers says of it in its log (src/backend/access/transam/xlogrecovery.c and xlog.c, PostgreSQL 12 to 18, with
/// <c>lc_messages</c> C and times in UTC). A recovery that was broken off and begun again says it again: the last word counts.
/// </summary>
internal sealed partial record RecoveryLog
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.FFFFFF";

    /// <summary>Whether it tells of a recovery from the archive: a server that has recovered, and is started again, does not.</summary>
    public bool HasBegun { get; private init; }

    /// <summary>Where it stopped, from the word after "recovery stopping"; null where it did not at a target.</summary>
    public string? Stop { get; private init; }

    /// <summary>The commit time of the last transaction that was replayed; null where there was none.</summary>
    public DateTimeOffset? LastTransactionAt { get; private init; }

    /// <summary>The position of the last record that was replayed.</summary>
    public PgLsn? RedoneTo { get; private init; }

    /// <summary>The timeline that was begun.</summary>
    public int? Timeline { get; private init; }

    /// <summary>The last segment that came out of the archive.</summary>
    public string? LastSegment { get; private init; }

    /// <summary>Whether the recovery has ended well.</summary>
    public bool IsComplete { get; private init; }

    /// <summary>Whether the server takes connections, as a primary.</summary>
    public bool IsReady { get; private init; }

    /// <summary>Why it has ended badly; null where it has not.</summary>
    public string? Fatal { get; private init; }

    /// <summary>Reads the log.</summary>
    public static RecoveryLog Read(IEnumerable<string> lines) => lines.Aggregate(new RecoveryLog(), (log, line) => log.Then(line));

    /// <summary>What it says with one line more.</summary>
    public RecoveryLog Then(string line) => Line().Match(line) is { Success: true } match ? With(match.Groups["level"].ValueSpan, match.Groups["text"].Value) : this;

    /// <summary>What both say, where this server goes on with what another had recovered, and says nothing of that.</summary>
    public RecoveryLog After(RecoveryLog earlier) => earlier with { IsReady = IsReady, Fatal = Fatal };

    /// <summary>
    /// Whether it stopped where it should: at a time before the first commit that is later, at a transaction or a position after it, unless that is to
    /// be left out (recoveryStopsBefore and recoveryStopsAfter). The position that it names is the record's at which it stopped: the first that is not earlier.
    /// </summary>
    public bool HasReached(PgRecoveryGoal goal)
    {
        var side = goal.IsExclusive ? "before" : "after";
        return IsComplete && goal.Kind switch
        {
            PgRecoveryGoalKind.Time => StopsWith("before commit of transaction ") || StopsWith("before abort of transaction "),
            PgRecoveryGoalKind.Xid => StopsWith($"{side} commit of transaction {goal.Value},") || StopsWith($"{side} abort of transaction {goal.Value},"),
            PgRecoveryGoalKind.Lsn => StopsWith($"{side} WAL location (LSN) "),
            PgRecoveryGoalKind.Name => StopsWith($"at restore point \"{goal.Value}\","),
            PgRecoveryGoalKind.Immediate => Stop == "after reaching consistency",
            _ => Stop is null,
        };
    }

    private bool StopsWith(string words) => Stop?.StartsWith(words, StringComparison.Ordinal) == true;

    private RecoveryLog With(ReadOnlySpan<char> level, string text) => level switch
    {
        "LOG" => WithLog(text),
        "FATAL" or "PANIC" => this with { Fatal = text },
        _ => this,
    };

    private RecoveryLog WithLog(string text) =>
        After(text, "recovery stopping ") is { } stop ? this with { Stop = stop }
        : After(text, "last completed transaction was at log time ") is { } time ? this with { LastTransactionAt = Time(time) }
        : After(text, "redo done at ") is { } position ? this with { RedoneTo = PgLsn.Parse(position.Split(' ')[0]) }
        : After(text, "selected new timeline ID: ") is { } timeline ? this with { Timeline = int.Parse(timeline, CultureInfo.InvariantCulture) }
        : Restored().Match(text) is { Success: true } restored ? this with { LastSegment = restored.Groups[1].Value }
        : text.StartsWith("starting ", StringComparison.Ordinal) && text.Contains("recovery", StringComparison.Ordinal) ? new RecoveryLog { HasBegun = true, LastSegment = LastSegment }
        : text == "archive recovery complete" ? this with { IsComplete = true }
        : text == "database system is ready to accept connections" ? this with { IsReady = true }
        : this;

    private static string? After(string text, string prefix) => text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

    private static DateTimeOffset? Time(string text) =>
        DateTime.TryParseExact(text.Split('+')[0].Replace(" UTC", "", StringComparison.Ordinal), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? new DateTimeOffset(time, TimeSpan.Zero)
            : null;

    // With log_line_prefix '%m [%p] ': 2026-11-29 20:41:07.123 UTC [1234] LOG:  ...
    [GeneratedRegex(@"^\S+ \S+ \S+ \[\d+\] (?<level>[A-Z]+):  (?<text>.*)$")]
    private static partial Regex Line();

    [GeneratedRegex("^restored log file \"([0-9A-F]{24})\" from archive$")]
    private static partial Regex Restored();
}
