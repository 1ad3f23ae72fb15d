using System.Globalization;
using System.Text.Json;

namespace ZabbixDR.Engine.Patroni;

/// <summary>Turns Patroni's documents into the module's records.</summary>
internal static class PatroniReading
{
    private static readonly IReadOnlyDictionary<string, string> NoTags = new Dictionary<string, string>();

    /// <summary>A member's own word.</summary>
    public static PatroniStatus Status(PatroniStatusDocument document) => new(
        PatroniWords.IsPrimary(document.Role),
        PatroniWords.State(document.State),
        document.Role ?? "unknown",
        document.State ?? "unknown",
        document.Timeline,
        document.Program?.Scope,
        document.SystemIdentifier,
        document.Program?.Name,
        Time(document.DcsLastSeen))
    {
        ReplicationState = PatroniWords.State(document.ReplicationState ?? document.State),
        StartedAt = DateTimeOffset.TryParse(document.PostmasterStartTime, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var started) ? started : null,
        Paused = document.Pause,
        PendingRestart = document.PendingRestart,
    };

    /// <summary>The cluster, from what the nodes answered. Each node that could read the DCS read the same: one is taken.</summary>
    /// <param name="scope">The cluster's name.</param>
    /// <param name="views">What each node of the topology answered, at least one of them something.</param>
    /// <param name="now">The time of the observation.</param>
    public static PatroniCluster Cluster(string scope, IReadOnlyList<PatroniView> views, DateTimeOffset now)
    {
        var reader = views.FirstOrDefault(view => view.Cluster is not null);
        var config = (reader?.Config is null ? views.FirstOrDefault(view => view.Config is not null) : reader)?.Config;
        var listed = reader?.Cluster?.Members ?? [];
        var members = listed.Select(member => Listed(member, views.FirstOrDefault(view => IsOf(view, member))))
            .Concat(views.Where(view => !listed.Any(member => IsOf(view, member))).Select(view => Unlisted(view, reader)))
            .ToList();
        var leader = members.Find(member => member.Role is PatroniRole.Leader or PatroniRole.StandbyLeader);
        return new PatroniCluster
        {
            Scope = scope,
            Leader = leader?.Name,
            Timeline = leader?.Timeline,
            SystemIdentifier = leader?.SystemIdentifier ?? members.Find(member => member.SystemIdentifier is not null)?.SystemIdentifier,
            Members = members,
            Paused = reader?.Cluster?.Pause ?? views.Any(view => view.Status is { Pause: true }),
            SynchronousMode = config is null ? null : SynchronousMode(config.SynchronousMode),
            SyncStandbys = [.. members.Where(member => member.Role is PatroniRole.SyncStandby or PatroniRole.QuorumStandby).Select(member => member.Name)],
            FailsafeMode = config is null ? null : IsTrue(config.FailsafeMode),
            FailsafeActive = views.Any(view => view.Status is { FailsafeModeIsActive: true }),
            // What the configuration leaves out has Patroni's own default (patroni/config.py).
            Ttl = Seconds(config, config?.Ttl ?? 30),
            LoopWait = Seconds(config, config?.LoopWait ?? 10),
            RetryTimeout = Seconds(config, config?.RetryTimeout ?? 10),
            MaximumLagOnFailover = config is null ? null : config.MaximumLagOnFailover ?? 1048576,
            AnsweredBy = reader?.Node.Name,
            Reason = reader is null ? Unread(new NodeFailures(views.Select(view => (view.Node.Name, view.ClusterFailure!)))) : null,
            ObservedAt = now,
        };
    }

    private static string Unread(NodeFailures failures) => $"{failures.Findings}. {failures.Remedies}";

    private static bool IsOf(PatroniView view, PatroniMemberDocument member) =>
        (view.Status?.Program?.Name ?? view.Node.Name) == member.Name || view.Node.Address == member.Host;

    private static PatroniMember Listed(PatroniMemberDocument member, PatroniView? view) => OwnWord(
        new PatroniMember
        {
            Name = member.Name ?? "",
            Role = PatroniWords.Role(member.Role),
            State = PatroniWords.State(member.State),
            Host = member.Host,
            Port = member.Port,
            Timeline = member.Timeline,
            LagBytes = member.Lag.ValueKind == JsonValueKind.Number ? member.Lag.GetInt64() : null,
            PendingRestart = member.PendingRestart,
            Tags = member.Tags?.ToDictionary(tag => tag.Key, tag => tag.Value.ToString()) ?? NoTags,
            IsAnswering = false,
            Reason = view is null ? "The topology has no node of that name or address." : null,
        },
        view);

    private static PatroniMember Unlisted(PatroniView view, PatroniView? reader) => OwnWord(
        new PatroniMember
        {
            Name = view.Node.Name,
            Role = view.Status switch
            {
                { SyncStandby: true } => PatroniRole.SyncStandby,
                { QuorumStandby: true } => PatroniRole.QuorumStandby,
                var status => PatroniWords.Role(status?.Role),
            },
            State = PatroniState.Unknown,
            IsAnswering = false,
            Reason = reader is null ? null : "The DCS does not know it.",
        },
        view);

    // A member's own word is newer than what the DCS keeps of it.
    private static PatroniMember OwnWord(PatroniMember member, PatroniView? view) => view?.Status is not { } status
        ? member with { Site = view?.Node.Site, Reason = Join(member.Reason, view?.Failure?.Message) }
        : member with
        {
            Site = view.Node.Site,
            State = PatroniWords.State(PatroniWords.State(status.State) == PatroniState.Running ? status.ReplicationState ?? status.State : status.State),
            IsPrimary = PatroniWords.IsPrimary(status.Role),
            Timeline = status.Timeline ?? member.Timeline,
            Lsn = Lsn(status.Positions?.Location ?? status.Positions?.Received),
            ReplayedLsn = Lsn(status.Positions?.Replayed),
            PendingRestart = status.PendingRestart,
            DcsLastSeen = Time(status.DcsLastSeen),
            ServerVersion = status.ServerVersion,
            PatroniVersion = status.Program?.Version,
            SystemIdentifier = status.SystemIdentifier,
            IsAnswering = true,
        };

    private static string? Join(string? first, string? second) => first is null || second is null ? first ?? second : $"{first} {second}";

    private static PatroniSynchronousMode SynchronousMode(JsonElement value) => PatroniWords.SynchronousMode(value.ValueKind == JsonValueKind.Undefined ? null : value.ToString());

    private static bool IsTrue(JsonElement value) => value.ValueKind != JsonValueKind.Undefined && PatroniWords.IsTrue(value.ToString());

    private static TimeSpan? Seconds(PatroniConfigDocument? config, int seconds) => config is null ? null : TimeSpan.FromSeconds(seconds);

    private static PgLsn? Lsn(long? position) => position is { } value ? new PgLsn(value) : null;

    // Patroni gives 0 where it has never seen the DCS.
    private static DateTimeOffset? Time(long? seconds) => seconds is > 0 and var since ? DateTimeOffset.FromUnixTimeSeconds(since) : null;
}
