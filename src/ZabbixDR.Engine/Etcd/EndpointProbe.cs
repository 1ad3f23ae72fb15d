using System.Diagnostics;
using System.Globalization;
using Etcdserverpb;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Looks at one member: what it says of itself, and whether it can really do a read that needs a quorum.</summary>
internal static class EndpointProbe
{
    /// <summary>Looks. A member that fails is an answer, not an exception; only files and secrets that are missing here throw.</summary>
    public static async Task<EndpointFinding> LookAsync(EtcdTarget target, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var found = new EtcdEndpoint
        {
            Name = target.Name,
            Site = target.Node.Site,
            Endpoint = target.Endpoint,
            State = EtcdEndpointState.Healthy,
            Elapsed = default,
        };
        DrException? failure = null;
        EtcdConnection? connection = null;
        try
        {
            connection = EtcdConnection.To(target);
            found = Describe(found, await connection.StatusAsync(cancellation).ConfigureAwait(false));
            found = found with { Quota = await connection.QuotaAsync(cancellation).ConfigureAwait(false) };
            found = found.State == EtcdEndpointState.Healthy && found.IsLearner is false
                ? await ProveAsync(connection, found, cancellation).ConfigureAwait(false)
                : found;
        }
        catch (DrException error) when (error.Kind is not (DrErrorKind.Precondition or DrErrorKind.InvalidInput))
        {
            failure = error;
            found = found with { State = StateOf(error.Kind, answered: found.Version is not null), Reason = error.Message };
        }
        finally
        {
            connection?.Dispose();
        }

        return new EndpointFinding(found with { CertificateExpiresAt = connection?.CertificateExpiresAt, Elapsed = clock.Elapsed }, failure);
    }

    private static EtcdEndpoint Describe(EtcdEndpoint found, StatusResponse status) => found with
    {
        MemberId = Id(status.Header.MemberId),
        ClusterId = Id(status.Header.ClusterId),
        IsLeader = status.Leader == status.Header.MemberId,
        IsLearner = status.IsLearner,
        Version = status.Version,
        DbSize = status.DbSize,
        DbSizeInUse = status.DbSizeInUse,
        RaftIndex = status.RaftIndex,
        RaftAppliedIndex = status.RaftAppliedIndex,
        RaftTerm = status.RaftTerm,
        Revision = status.Header.Revision,
        State = status.Leader == 0 ? EtcdEndpointState.Unhealthy : EtcdEndpointState.Healthy,
        Reason = status.Leader == 0 ? "It knows no leader: there is no quorum. Start the members that are missing." : null,
    };

    private static async Task<EtcdEndpoint> ProveAsync(EtcdConnection connection, EtcdEndpoint found, CancellationToken cancellation)
    {
        await connection.LogInAsync(cancellation).ConfigureAwait(false);
        var clock = Stopwatch.StartNew();
        var revision = await connection.ReadRevisionAsync(cancellation).ConfigureAwait(false);
        var latency = clock.Elapsed;
        var alarms = await connection.AlarmsAsync(cancellation).ConfigureAwait(false);
        var own = alarms.Where(alarm => Id(alarm.MemberID) == found.MemberId).Select(alarm => Known(alarm.Alarm)).ToList();
        return found with
        {
            Revision = revision,
            Latency = latency,
            Alarms = own,
            State = own.Count == 0 ? EtcdEndpointState.Healthy : EtcdEndpointState.Unhealthy,
            Reason = own.Count == 0 ? null : $"It has raised the alarm {string.Join(", ", own)}. {string.Join(" ", own.Select(RemedyFor))}",
        };
    }

    private static EtcdEndpointState StateOf(DrErrorKind kind, bool answered) => kind switch
    {
        DrErrorKind.Authentication or DrErrorKind.Permission => EtcdEndpointState.Refused,
        DrErrorKind.Unreachable or DrErrorKind.Timeout when !answered => EtcdEndpointState.Unreachable,
        _ => EtcdEndpointState.Unhealthy,
    };

    private static EtcdAlarm Known(AlarmType alarm) => alarm switch
    {
        AlarmType.Nospace => EtcdAlarm.NoSpace,
        AlarmType.Corrupt => EtcdAlarm.Corrupt,
        _ => EtcdAlarm.Other,
    };

    private static string RemedyFor(EtcdAlarm alarm) => alarm switch
    {
        EtcdAlarm.NoSpace => "Compact, defragment, then disarm the alarm; or raise --quota-backend-bytes.",
        EtcdAlarm.Corrupt => "Remove the member and let it join anew with an empty data directory.",
        _ => "See etcd's log.",
    };

    // As etcdctl prints ids.
    private static string Id(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
