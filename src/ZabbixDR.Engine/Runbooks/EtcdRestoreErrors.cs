using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>What keeps a restore of etcd from being planned, where nothing was changed yet, or from going on.</summary>
internal static class EtcdRestoreErrors
{
    public static DrException SnapshotNotRestorable(EtcdSnapshotCheck check) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Checking the snapshot {check.Path}",
        $"it is {check.Status}: {check.Reason}",
        check.Status == EtcdSnapshotStatus.ChecksumMissing
            ? "Take another snapshot file: Get-EtcdSnapshot -Verify. Where there is none, -Force restores this one."
            : "Get-EtcdSnapshot -Verify lists those that are whole.");

    public static DrException EtcdMembersDiffer(MemberToRestore member, string names) => DrException.Of(
        DrErrorKind.Precondition,
        member.Node.Name,
        "Comparing the members",
        $"its initial-cluster names {string.Join(", ", member.Config.MemberNames)}, and the topology's nodes are {names}",
        "Make the topology and ETCD_INITIAL_CLUSTER on every member agree first: the restored cluster is made of exactly these.");

    public static DrException EtcdToolMissing(INode node, string[] programs) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Looking for {string.Join(" or ", programs)}",
        $"{(programs.Length == 1 ? "it is not" : "neither is")} on the PATH",
        "Install one of the same version as etcd (Debian: etcd-client).");

    public static DrException EtcdRoomMissing(MemberToRestore member, long needed, long free) => DrException.Of(
        DrErrorKind.DiskFull,
        member.Node.Name,
        $"Looking for room in {member.Config.DataDirectory}",
        $"{ByteSize.ToText(free)} are free, and {ByteSize.ToText(needed)} are needed: the snapshot's copy, the restored database and its WAL; the old data is kept",
        "Make room. Nothing was changed.");

    public static DrException EtcdDataIsMountPoint(MemberToRestore member) => DrException.Of(
        DrErrorKind.Precondition,
        member.Node.Name,
        $"Looking at {member.Config.DataDirectory}/member",
        "it is a mount point, and cannot be moved aside",
        "Mount the disk at the data directory itself, or above.");

    public static DrException WatchdogArmed(INode node, string device) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        "Looking whether Patroni may be frozen",
        $"it holds {device}: the node would be reset once nobody feeds that",
        "Set watchdog.mode to off in Patroni's configuration and reload it for the time of the restore.");

    public static DrException SeveralServersWrite(IEnumerable<PatroniToReplace> writable) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Finding the primary",
        $"more than one server takes writes: {string.Join(", ", writable.Select(one => one.Node.Name))}",
        "Fence all but the right one at once: the data of the two drift apart with every write.");

    public static DrException PostgresUnknown() => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Finding the server that is to lead",
        "no PostgreSQL answers, so that it is not known which has the newest data",
        "Look at the PostgreSQL nodes first: with etcd away, Patroni keeps a server running as a standby.");

    public static DrException PrimaryMoved(string first, string found) => DrException.Of(
        DrErrorKind.Precondition,
        first,
        "Looking whether the primary is still the one that the plan was made for",
        $"{found}; the plan gives the lead to {first}",
        "Go back with Undo-DrRun, which gives the lead to the server that takes writes now, or else to the one that has come furthest, and begin anew. Where this is a way back already: give it up with Remove-DrLock, and begin another.");
}
