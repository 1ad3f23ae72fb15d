using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Why the repair of a lost majority is refused. Nothing was changed then.</summary>
internal static class EtcdRepairErrors
{
    private const string Tried = "Preparing to repair etcd's quorum";

    public static DrException EtcdHasQuorum(IEnumerable<string> healthy) => EtcdHasQuorum(healthy, null, "", "Resume-DrRun goes on where it is settled who has it.");

    public static DrException EtcdHasQuorum(IEnumerable<string> healthy, EtcdMember sick) => EtcdHasQuorum(
        healthy,
        sick.Node,
        $"; {EtcdQuorum.Show(sick)} is {(sick.IsLearner ? "a learner" : "a member that did not")}",
        $"Replace that one: Remove-EtcdMember {EtcdQuorum.Show(sick)}, then this command again, which brings it back.");

    public static DrException EtcdHasQuorum(IEnumerable<string> healthy, IReadOnlyCollection<EtcdNodeFound> missing) => missing.Count == 0
        ? EtcdHasQuorum(healthy, null, ", and no node is missing", "There is nothing to repair.")
        : EtcdHasQuorum(healthy, null, $"; {string.Join(", ", missing.Select(one => $"{one.Name} is missing ({one.Obstacle ?? "left out as asked"})"))}", "Run it again once they can be brought back.");

    public static DrException EtcdSurvivorUnclear(IEnumerable<EtcdEndpoint> endpoints) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        Tried,
        $"no member answers: {string.Join("; ", endpoints.Select(one => $"{one.Name}: {one.Reason}"))}",
        "Name the one whose data is the newest: -Survivor NAME. Without any data left, Restore-EtcdSnapshot.");

    public static DrException EtcdSurvivorNotFreshest(string survivor, EtcdEndpoint fresher) => DrException.Of(
        DrErrorKind.Precondition,
        survivor,
        Tried,
        $"{fresher.Name} holds more of the log (raft index {fresher.RaftIndex})",
        $"Take that: -Survivor {fresher.Name}.");

    public static DrException EtcdSurvivorHasNoData(string survivor, string path) => DrException.Of(
        DrErrorKind.Precondition, survivor, Tried, $"{path} is not there or empty", "Name another survivor; without any data left, Restore-EtcdSnapshot.");

    public static DrException EtcdMemberNotFenced(string member, string why) => DrException.Of(
        DrErrorKind.Precondition,
        member,
        Tried,
        $"{member} cannot be stopped by the run ({why}), and was not said to be fenced. Lost members that return together are the old cluster with its quorum, beside the new one",
        $"Make sure that it stays off, or that nothing reaches its etcd: by its power, or by a firewall. Then say so: -Fenced {member}.");

    public static DrException FencedUnknown(string name, IEnumerable<string> known) => DrException.Of(
        DrErrorKind.InvalidInput, null, Tried, $"-Fenced {name} is neither a site nor a member", $"There are: {string.Join(", ", known)}.");

    public static DrException EtcdMemberAnswers(string member, string seen) => DrException.Of(
        DrErrorKind.Precondition,
        member,
        Tried,
        $"{member} was said to be fenced, and is on: {seen}",
        "Switch it off, or cut it off from all others; or let this machine reach it, so that the run can stop its etcd.");

    public static DrException EtcdSurvivorUnknown(string survivor, IEnumerable<string> known) => DrException.Of(
        DrErrorKind.InvalidInput, null, Tried, $"the topology has no node {survivor} with the role etcd", $"It has: {string.Join(", ", known)}.");

    public static DrException EtcdSurvivorUnreadable(EtcdNodeFound survivor) => DrException.Of(
        DrErrorKind.Precondition,
        survivor.Name,
        Tried,
        $"how etcd is started on the survivor is not known: {survivor.Obstacle}",
        "Mend that, or name another survivor: -Survivor NAME.");

    public static DrException EtcdRoomMissing(string node, string directory, long needed, long free) => DrException.Of(
        DrErrorKind.DiskFull,
        node,
        $"Looking for room in {directory}",
        $"{ByteSize.ToText(free)} are free, and {ByteSize.ToText(needed)} are needed for a copy of the survivor's data",
        "Make room. Nothing was changed.");

    private static DrException EtcdHasQuorum(IEnumerable<string> healthy, string? node, string beside, string advice) => DrException.Of(
        DrErrorKind.Precondition, node, Tried, $"etcd has a quorum: {string.Join(", ", healthy)} answered a linearizable read{beside}", advice);
}
