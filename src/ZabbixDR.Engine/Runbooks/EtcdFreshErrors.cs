namespace ZabbixDR.Engine.Runbooks;

/// <summary>What keeps a fresh etcd cluster from being planned, where nothing was changed yet, or from going on.</summary>
internal static class EtcdFreshErrors
{
    private const string Looking = "Looking whether etcd serves Patroni alone";

    public static DrException FreshNeedsPatroni(string topology) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Planning a fresh etcd cluster",
        $"{topology} has no Patroni, which alone writes what it needs into an empty etcd",
        "Restore a snapshot: Restore-EtcdSnapshot -Path.");

    public static DrException EtcdServesOthers(string place, string folder, string found) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        Looking,
        $"in {place} there are keys outside {folder}: {found}",
        "Restore a snapshot instead, which has them: Restore-EtcdSnapshot -Path. With -Force the new cluster comes without them; the old data is kept aside.");

    public static DrException EtcdKeysUnknown(string folder) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        Looking,
        $"no member answers, and there is no snapshot that would tell whether there were keys outside {folder}",
        "Name a snapshot with -Path (Get-EtcdSnapshot): users, roles and passwords come from it too. With -Force the new cluster gets the users that the topology and Patroni name, and no other.");

    public static DrException FreshNeedsSnapshot(string member) => DrException.Of(
        DrErrorKind.Precondition,
        member,
        "Planning a fresh etcd cluster",
        "etcd answers, and there is no snapshot to take users, roles and passwords from: etcd itself tells nobody a password",
        "Take one: Save-EtcdSnapshot | Restore-EtcdSnapshot -Fresh.");

    public static DrException SnapshotUsersOld(EtcdSnapshotCheck snapshot, string member) => DrException.Of(
        DrErrorKind.Precondition,
        member,
        $"Comparing users and roles with those in {snapshot.Path}",
        "they, or a password, were changed since it was taken",
        "Take another: Save-EtcdSnapshot | Restore-EtcdSnapshot -Fresh. With -Force those of the snapshot come back.");

    public static DrException FreshNeedsPassword(string user) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Planning a fresh etcd cluster",
        $"its users are set up with the password of {user}, and the topology names none in etcd.password",
        "Name where it is found; or restore a snapshot: Restore-EtcdSnapshot -Path.");

    public static DrException FreshNeedsRoot(string user) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Planning a fresh etcd cluster",
        $"without a snapshot its users are set up anew, of whom one must be root, and the topology logs in as {user}",
        "Name a snapshot with -Path; or root and its password in etcd.user and etcd.password for the time of this run.");

    public static DrException PatroniConfigurationUnknown(string folder) => DrException.Of(
        DrErrorKind.NotFound,
        null,
        "Looking for Patroni's dynamic configuration",
        $"neither etcd has {folder}/config, nor the server that is to lead a patroni.dynamic.json, nor a snapshot",
        "Name a snapshot that has it with -Path.");

    public static DrException PatroniConfigurationChanged(ConfigurationToKeep? found) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Reading Patroni's dynamic configuration",
        found is null ? "it is nowhere any more" : $"{found.Source} is not what it was when the plan was made",
        "Go back with Undo-DrRun, and begin anew.");

    public static DrException PatroniPasswordMissing(string node, string file) => DrException.Of(
        DrErrorKind.NotFound,
        node,
        $"Reading the password of etcd's user in {file}",
        "there is none",
        "Put it there, and go on with Resume-DrRun.");

    public static DrException EtcdGrantsDiffer(string member, string found, string wanted) => DrException.Of(
        DrErrorKind.InvalidData,
        member,
        "Comparing etcd's users and roles",
        $"they are {found}, and must be {wanted}",
        "Somebody may have changed them since: see etcdctl user list and role list. Patroni is still frozen; Resume-DrRun goes on once they agree.");

    public static DrException PatroniConfigurationDiffers(string key, string found) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Comparing {key} with what it was",
        found,
        "Patroni runs, and takes writes. Where somebody has changed it since, that is it: give the run up with Remove-DrLock. Else set it right with patronictl edit-config; Resume-DrRun goes on once it is what it was.");
}
