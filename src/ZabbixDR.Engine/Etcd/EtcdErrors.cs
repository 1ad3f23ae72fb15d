using System.Net.Sockets;
using System.Security.Authentication;
using Grpc.Core;

namespace ZabbixDR.Engine.Etcd;

/// <summary>What can go wrong between us and a member.</summary>
internal static class EtcdErrors
{
    // etcd's own texts, from api/v3rpc/rpctypes/error.go: gRPC's status alone does not tell these apart.
    private const string WrongPassword = "authentication failed, invalid user ID or password";
    private const string UserEmpty = "user name is empty";
    private const string InvalidToken = "invalid auth token";
    private const string Unhealthy = "etcdserver: unhealthy cluster";
    private const string NotInSync = "in sync with leader";
    private const string Election = "etcdserver: leader changed";
    private static readonly string[] s_noQuorum = ["no leader", "request timed out", "leader failed"];

    /// <summary>The error for a call that failed.</summary>
    /// <param name="target">The member.</param>
    /// <param name="tls">The connection's TLS; null where there is none.</param>
    /// <param name="tried">What was tried, as a noun phrase.</param>
    /// <param name="error">What gRPC threw.</param>
    public static DrException From(EtcdTarget target, EtcdTls? tls, string tried, RpcException error) => error.StatusCode switch
    {
        _ when tls?.Refusal is { } refusal => EtcdServerCertificateUntrusted(target, refusal, error),
        _ when Beneath<AuthenticationException>(error) is { } handshake => EtcdHandshakeFailed(target, handshake),
        _ when RefusalInTls(error) is { } alert => EtcdHandshakeFailed(target, alert),
        _ when tls?.Failure is { } failure && RefusalInTls(failure) is { } alert => EtcdHandshakeFailed(target, alert),
        _ when tls is { IsUnheard: true } && Beneath<IOException>(error) is { } closed => EtcdHandshakeFailed(target, closed),
        _ when Beneath<TimeoutException>(error) is { } timeout => EtcdMemberUnreachable(target, timeout.Message),
        _ when Says(error, WrongPassword) => EtcdPasswordWrong(target, error),
        _ when Says(error, UserEmpty) || Says(error, InvalidToken) => EtcdLoginMissing(target, tried, error),
        _ when Says(error, Unhealthy) => EtcdMembersUnsettled(target, tried, error),
        _ when Says(error, NotInSync) => EtcdLearnerBehind(target, tried, error),
        StatusCode.PermissionDenied => EtcdPermissionDenied(target, tried, error),
        _ when Array.Exists(s_noQuorum, text => Says(error, "etcdserver: " + text)) => EtcdQuorumLost(target, tried, error.Status.Detail, error),
        StatusCode.DeadlineExceeded => EtcdMemberTimedOut(target, tried, error),
        StatusCode.Unavailable => EtcdMemberUnreachable(target, Innermost(error)),
        StatusCode.Internal when Beneath<SocketException>(error) is not null => EtcdMemberUnreachable(target, Innermost(error)),
        _ => EtcdRequestFailed(target, tried, error),
    };

    /// <summary>
    /// Whether a new leader was elected while a request waited. etcd says so before it has done anything: of a read that asks the leader
    /// how far the log is, which a login is too, and of a lease that is looked at (server/etcdserver/read/read.go, v3_server.go).
    /// </summary>
    public static bool IsOvertakenByElection(RpcException error) => Says(error, Election);

    public static DrException EtcdQuorumLost(EtcdTarget target, string tried, string cameBack, Exception? cause) => DrException.Of(
        DrErrorKind.Remote,
        target.Name,
        tried,
        $"the member answers, but has no quorum ({cameBack})",
        "See with Test-EtcdEndpoint which members are missing and start them.",
        cause);

    public static DrException EtcdHasNoHealthyMember(string tried, IEnumerable<EtcdEndpoint> endpoints, string remedy) => DrException.Of(
        DrErrorKind.Unreachable,
        null,
        tried,
        $"none is healthy: {string.Join("; ", endpoints.Select(endpoint => $"{endpoint.Name} {endpoint.State}: {endpoint.Reason}"))}",
        remedy);

    public static DrException EtcdMemberUnknown(string member, IEnumerable<EtcdMember> members) => DrException.Of(
        DrErrorKind.NotFound,
        null,
        $"Looking for the etcd member {member}",
        "the cluster has none of that id or name, nor one that is the node of that name",
        $"It has: {string.Join(", ", members.Select(one => $"{EtcdQuorum.Show(one)} ({one.Id})"))}.");

    public static DrException EtcdMemberExists(string node, EtcdMember member) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        "Adding an etcd member",
        $"it is a voter already (id {member.Id}{(member.IsStarted ? "" : ", never started")})",
        "Where its data was lost, remove it with Remove-EtcdMember first: a member that returns with empty data under its old id endangers the cluster.");

    public static DrException EtcdRemovalCostsQuorum(EtcdMember member, string reason) => DrException.Of(
        DrErrorKind.Precondition,
        member.Node,
        $"Removing the etcd member {EtcdQuorum.Show(member)} ({member.Id})",
        reason,
        "Start or first remove those that are not healthy. -Force does not change that: without a quorum etcd could take no further change, not even this one back.");

    public static DrException EtcdMemberGone(EtcdTarget target, string node) => DrException.Of(
        DrErrorKind.NotFound,
        target.Name,
        $"Looking for {node} among etcd's members",
        "it is no member any more",
        "Somebody removed it in the meantime; see Get-EtcdMember.");

    public static DrException EtcdMembersUnsettled(EtcdTarget target, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Busy,
        target.Name,
        tried,
        "etcd says that its cluster is unhealthy: not every voter has been connected for five seconds",
        "See with Test-EtcdEndpoint which one is not, and start it; one that is lost for good is removed first (Remove-EtcdMember).",
        cause);

    public static DrException EtcdLearnerBehind(EtcdTarget target, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        target.Name,
        tried,
        "it has not started, or has not caught up with the leader; it stays a learner",
        "See etcd's log on its node, and run Add-EtcdMember again: it goes on with the promotion.",
        cause);

    public static DrException EtcdClientCertificateExpired(EtcdTarget target, string file, DateTime expired) => DrException.Of(
        DrErrorKind.Authentication,
        target.Name,
        $"Logging into etcd at {target.Endpoint}",
        $"the client certificate {file} expired on {expired:u}",
        "Issue a new one from the same authority, or name another in etcd.certFile and etcd.keyFile.");

    public static DrException EtcdCertificateUnreadable(EtcdTarget target, string file, Exception cause) => DrException.Of(
        DrErrorKind.Precondition,
        target.Name,
        $"Reading the certificate {file}, to speak to etcd at {target.Endpoint},",
        cause.Message,
        "Check etcd.caFile, etcd.certFile and etcd.keyFile in the topology file.",
        cause);

    private static DrException EtcdServerCertificateUntrusted(EtcdTarget target, string refusal, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Name,
        $"Connecting to etcd at {target.Endpoint}",
        refusal,
        "Either the member's certificate must be renewed, or etcd.caFile in the topology names another deployment's authority, or this is not the member.",
        cause);

    private static DrException EtcdHandshakeFailed(EtcdTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Name,
        $"Connecting to etcd at {target.Endpoint}",
        $"the TLS handshake failed: {Innermost(cause)}",
        "Check that etcd.certFile and etcd.keyFile name a client certificate that the member's trusted CA has signed, and that the member speaks TLS on this port.",
        cause);

    private static DrException EtcdPasswordWrong(EtcdTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Name,
        $"Logging into etcd at {target.Endpoint} as {target.Settings.User}",
        "etcd refused the user or the password",
        $"Check etcd.user, and the secret at {target.Settings.Password}.",
        cause);

    private static DrException EtcdLoginMissing(EtcdTarget target, string tried, RpcException cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Name,
        tried,
        cause.Status.Detail,
        "This etcd has authentication on: set etcd.user and etcd.password, or use a client certificate whose CN is an etcd user.",
        cause);

    private static DrException EtcdPermissionDenied(EtcdTarget target, string tried, RpcException cause) => DrException.Of(
        DrErrorKind.Permission,
        target.Name,
        tried,
        cause.Status.Detail,
        $"Snapshots and changes of the members need etcd's role root: grant it to {target.Settings.User ?? "the certificate's user"}, or name another user in etcd.user.",
        cause);

    private static DrException EtcdMemberTimedOut(EtcdTarget target, string tried, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        target.Name,
        $"{tried} at {target.Endpoint}",
        "no answer came in time",
        "Check that the host is up, that a firewall lets the port through, and that the member has a quorum.",
        cause);

    private static DrException EtcdMemberUnreachable(EtcdTarget target, string cameBack) => DrException.Of(
        DrErrorKind.Unreachable,
        target.Name,
        $"Connecting to etcd at {target.Endpoint}",
        cameBack,
        "Check that the host is up, that etcd runs there (systemctl status etcd), and that a firewall lets the port through.");

    private static DrException EtcdRequestFailed(EtcdTarget target, string tried, RpcException cause) => DrException.Of(
        DrErrorKind.Remote,
        target.Name,
        tried,
        $"{cause.StatusCode}: {cause.Status.Detail}",
        "The message is etcd's own; its log (journalctl -u etcd) may say more.",
        cause);

    private static bool Says(RpcException error, string text) => error.Status.Detail.Contains(text, StringComparison.Ordinal);

    // With TLS 1.3 a member refuses the client certificate only after our side of the handshake is done: an alert on the first read.
    private static Exception? RefusalInTls(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = Cause(cause))
        {
            if (cause is not RpcException && (cause.GetType().Name.Contains("SslException", StringComparison.Ordinal) || cause.Message.Contains("alert", StringComparison.OrdinalIgnoreCase)))
            {
                return cause;
            }
        }

        return null;
    }

    private static T? Beneath<T>(Exception error)
        where T : Exception
    {
        for (var cause = Cause(error); cause is not null; cause = Cause(cause))
        {
            if (cause is T found)
            {
                return found;
            }
        }

        return null;
    }

    public static string Innermost(Exception error)
    {
        var innermost = error;
        while (Cause(innermost) is { } cause)
        {
            innermost = cause;
        }

        return innermost is RpcException rpc ? rpc.Status.Detail : innermost.Message;
    }

    private static Exception? Cause(Exception error) => error is RpcException { Status.DebugException: { } beneath } ? beneath : error.InnerException;
}
