namespace ZabbixDR.Engine.Runbooks;

/// <summary>Why the repair of a lost majority is refused. Nothing was changed then.</summary>
internal static class EtcdRepairErrors
{
    private const string Tried = "Preparing to repair etcd's quorum";

    public static DrException EtcdHasQuorum(IEnumerable<string> healthy) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        Tried,
        $"etcd has a quorum: {string.Join(", ", healthy)} answered a linearizable read",
        "A single lost member is replaced with Remove-EtcdMember and Add-EtcdMember.");

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
        $"{member} cannot be stopped, since it does not answer ({why}), and it was not said to be fenced. Lost members that return together are the old cluster with its quorum, beside the new one",
        $"Make sure that it stays off, or that nothing reaches its etcd: by its power, or by a firewall. Then say so: -Fenced {member}.");

    public static DrException FencedUnknown(string name, IEnumerable<string> known) => DrException.Of(
        DrErrorKind.InvalidInput, null, Tried, $"-Fenced {name} is neither a site nor a member", $"There are: {string.Join(", ", known)}.");

    public static DrException EtcdUnitNotMaskable(string node, string unit, string state) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        Tried,
        $"{unit} cannot be masked and unmasked by the run: {state}",
        "A unit under /etc/systemd/system must be moved to /usr/local/lib/systemd/system (then systemctl daemon-reload); one that is masked already, be unmasked with etcd kept stopped.");

    public static DrException EtcdRoomMissing(string node, string directory, long needed, long free) => DrException.Of(
        DrErrorKind.DiskFull,
        node,
        $"Looking for room in {directory}",
        $"{ByteSize.ToText(free)} are free, and {ByteSize.ToText(needed)} are needed for a copy of the survivor's data",
        "Make room. Nothing was changed.");
}
