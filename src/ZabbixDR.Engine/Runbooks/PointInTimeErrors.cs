using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>The failures of a point-in-time recovery.</summary>
internal static class PointInTimeErrors
{
    private const string Tried = "Planning a point-in-time recovery";
    private const string NothingChanged = "Nothing was changed.";

    public static DrException DataDirectoryUnfit(ServerToRecover server, string why) => DrException.Of(
        DrErrorKind.Precondition,
        server.Node.Name,
        $"Looking at {server.DataDirectory}",
        why,
        $"The data in use is kept by renaming its directory, which that forbids or would leave incomplete; recover on another node with -Node, or by hand. {NothingChanged}");

    public static DrException DataRoomMissing(ServerToRecover server, long needed, long free) => DrException.Of(
        DrErrorKind.DiskFull,
        server.Node.Name,
        $"Looking for room beside {server.DataDirectory}",
        $"the restored data needs {ByteSize.ToText(needed)}, and {ByteSize.ToText(free)} is free: the data in use is kept",
        $"Make room there, or recover on a node that has it with -Node. {NothingChanged}");

    public static DrException PrimaryUnknown(IEnumerable<string> servers) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        Tried,
        $"no server takes writes ({string.Join("; ", servers)}), so which one is to be recovered is not known",
        $"Name the node with -Node: the one that led last, where its disk is sound. {NothingChanged}");

    public static DrException SeveralServersWrite(IEnumerable<string> servers) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        Tried,
        $"more than one server takes writes: {string.Join(", ", servers)}",
        $"Fence all but the right one at once; the data of the two drift apart with every write. {NothingChanged}");

    public static DrException ClusterPaused() => DrException.Of(
        DrErrorKind.Precondition,
        null,
        Tried,
        "Patroni is paused, and would give nobody the lead afterwards",
        $"Resume-PatroniCluster first. {NothingChanged}");

    public static DrException TargetInFuture(PgRecoveryGoal goal) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Finding a way to {goal}",
        "that moment has not come yet",
        $"Give the time as it was; mind its offset. {NothingChanged}");

    public static DrException OtherDatabase(PgBackRestBackup set, string node, string database) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        $"Comparing the set {set.Label} with the cluster",
        $"it is of the database {set.SystemIdentifier}, and the cluster's is {database}",
        $"Give a set of this cluster with -BackupSet (Get-PgBackRestBackup tells SystemIdentifier). {NothingChanged}");

    public static DrException EtcdAway() => DrException.Of(
        DrErrorKind.Precondition,
        null,
        Tried,
        "no member of etcd does its work, and without it Patroni gives nobody the lead",
        $"Bring etcd back first: Repair-EtcdQuorum, or Restore-EtcdSnapshot. {NothingChanged}");

    public static DrException NotAServer(string node) => DrException.Of(
        DrErrorKind.InvalidInput,
        node,
        Tried,
        "the topology gives it no role postgres",
        $"Name a node that has it. {NothingChanged}");
}
