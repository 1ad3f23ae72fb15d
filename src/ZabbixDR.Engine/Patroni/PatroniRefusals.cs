using System.Runtime.CompilerServices;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>
/// What Patroni's refusals of a changing call mean, and what to wait for: every status and text of patroni/api.py and of restart and
/// reinitialize in patroni/ha.py, in 3.0.2, 4.0.7 and 4.1.
/// </summary>
internal static class PatroniRefusals
{
    /// <summary>The error for an answer that is no yes.</summary>
    public static DrException From(INode node, PatroniCall call, PatroniAnswer answer) => answer.Status switch
    {
        400 => PatroniCallInvalid(node, call, answer),
        401 => PatroniLoginRefused(node, call, answer),
        403 => PatroniForbidden(node, call, answer),
        409 => PatroniConfigurationContended(node, call),
        412 => SwitchoverImpossible(node, call, answer),
        502 => PatroniWithoutDcs(node, call, answer),
        503 => Unavailable(node, call, answer),
        _ => PatroniCallFailed(node, call, answer),
    };

    private static DrException Unavailable(INode node, PatroniCall call, PatroniAnswer answer) => answer.Text switch
    {
        _ when call.Path == "config" => PatroniConfigurationGone(node, call),
        "I am the leader, can not reinitialize" => LeaderNotRebuilt(node, call, answer),
        "Cluster has no leader, can not reinitialize" => PatroniWithoutLeader(node, call, answer),
        "postgres is still starting" => PostgresStillStarting(node, call, answer),
        "Switchover status unknown" => SwitchoverUnknown(node, call, answer),
        "Switchover failed" => SwitchoverFailed(node, call, answer),
        var text when text.EndsWith(" already in progress", StringComparison.Ordinal) => PatroniBusy(node, call, answer),
        var text when text.StartsWith("failed to write", StringComparison.Ordinal) => PatroniWithoutDcs(node, call, answer),
        _ => PatroniCallFailed(node, call, answer),
    };

    private static DrException PatroniCallInvalid(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Remote, node, call, answer, "Patroni did not take the request as it was: its log there says why. Nothing was changed.");

    private static DrException PatroniLoginRefused(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Authentication, node, call, answer, "Give patroni.rest.user and patroni.rest.password in the topology file as restapi.authentication in patroni.yml has them. Nothing was changed.");

    private static DrException PatroniForbidden(INode node, PatroniCall call, PatroniAnswer answer) => Refused(
        DrErrorKind.Permission,
        node,
        call,
        answer,
        answer.Text.Contains("certificate", StringComparison.Ordinal)
            ? "restapi.verify_client there demands a client certificate: give patroni.rest.certFile and keyFile in the topology file, signed by the authority in restapi.cafile. Nothing was changed."
            : "restapi.allowlist there does not have the address that the call comes from: add it, or set patroni.rest.via to ssh in the topology file. Nothing was changed.");

    private static DrException PatroniConfigurationContended(INode node, PatroniCall call) => DrException.Of(
        DrErrorKind.Busy,
        node.Name,
        call.Tried,
        "it was changed by somebody else in the same moment (409)",
        "Nothing was changed by this call: look at the configuration again, and repeat it.");

    private static DrException SwitchoverImpossible(INode node, PatroniCall call, PatroniAnswer answer) => Refused(
        DrErrorKind.Precondition,
        node,
        call,
        answer,
        (answer.Text switch
        {
            "leader name does not match" => "Another member leads by now: look at Get-PatroniCluster.",
            "candidate name does not match with sync_standby" => "In synchronous mode only a synchronous standby may take over: wait until Get-PatroniCluster shows the candidate as one.",
            "candidate does not exists" => "The cluster has no member of that name: see Get-PatroniCluster.",
            var text when text.EndsWith("can not find sync_standby", StringComparison.Ordinal) => "Wait until Get-PatroniCluster shows a synchronous standby.",
            var text when text.EndsWith("does not have members except leader", StringComparison.Ordinal) => "Bring a replica up first.",
            _ => "Wait until the candidate's Patroni answers and it is less than maximum_lag_on_failover behind; see too that it has no tag nofailover.",
        }) + " Nothing was changed.");

    private static DrException PatroniConfigurationGone(INode node, PatroniCall call) => DrException.Of(
        DrErrorKind.NotFound,
        node.Name,
        call.Tried,
        "the DCS has no configuration of this cluster (503)",
        "The keys were wiped, or the cluster is not initialized yet: wait until there is a leader, which writes it anew from what it had.");

    private static DrException LeaderNotRebuilt(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Precondition, node, call, answer, "It leads by now, and is what the others are made from. Nothing was changed.");

    private static DrException PatroniWithoutLeader(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Busy, node, call, answer, "A replica is made from a leader: wait until Get-PatroniCluster shows one. Nothing was changed.");

    private static DrException PostgresStillStarting(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Timeout, node, call, answer, "PostgreSQL was stopped and recovers: wait until Get-PatroniCluster shows it running; its log says how far it is.");

    private static DrException SwitchoverUnknown(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Timeout, node, call, answer, "Patroni stopped looking before it was done, and it may still happen: watch Get-PatroniCluster until the leader has changed or its old one runs.");

    private static DrException SwitchoverFailed(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Remote, node, call, answer, "The old leader takes the lead back: wait until Get-PatroniCluster shows it running; Patroni's log on both nodes says why the candidate did not take over.");

    private static DrException PatroniBusy(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Busy, node, call, answer, "Wait until that has ended: Get-PatroniCluster shows what the member does. Nothing was changed.");

    private static DrException PatroniWithoutDcs(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Unreachable, node, call, answer, "Patroni cannot use the DCS: look at Test-EtcdEndpoint, wait until etcd is healthy, and repeat it.");

    private static DrException PatroniCallFailed(INode node, PatroniCall call, PatroniAnswer answer) =>
        Refused(DrErrorKind.Remote, node, call, answer, "The words are Patroni's own; its log on the node says more.");

    private static DrException Refused(DrErrorKind kind, INode node, PatroniCall call, PatroniAnswer answer, string remedy, [CallerMemberName] string id = "") =>
        DrException.Of(kind, node.Name, call.Tried, $"Patroni answered {answer.Status}, {answer.Text}", remedy, null, id);
}
