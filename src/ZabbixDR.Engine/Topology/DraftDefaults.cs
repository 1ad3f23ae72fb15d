namespace ZabbixDR.Engine.Topology;

/// <summary>What a new topology file says where nobody said otherwise.</summary>
internal static class DraftDefaults
{
    /// <summary>The cluster's and the stanza's name in the source document.</summary>
    public const string Cluster = "zabbix-cluster";

    /// <summary>The variables that secrets are looked for in, named as the source document names the values.</summary>
    public const string EtcdPasswordVariable = "ETCD_ROOT_PASSWORD";

    /// <summary>The same.</summary>
    public const string CipherPassVariable = "BACKUP_ENCRYPTION_KEY";

    /// <summary>Adds what every file has: the folders on this machine, and the objectives.</summary>
    public static DrTopology Complete(DrTopology topology)
    {
        var folder = Path.GetDirectoryName(topology.Path) ?? "/";
        return topology with
        {
            Etcd = topology.Etcd is { SnapshotDirectory: null } etcd ? etcd with { SnapshotDirectory = Path.Combine(folder, "etcd-snapshots") } : topology.Etcd,
            Configuration = topology.Configuration ?? new ConfigurationSettings(Path.Combine(folder, "zabbix-config"), 30),
            Objectives = topology.Objectives.Count > 0 ? topology.Objectives : RecoveryObjective.Usual,
        };
    }

    /// <summary>Where a secret will be found, in a variable of the environment.</summary>
    public static SecretReference Variable(string name) => new(SecretSource.Env, name);

    /// <summary>The note on a secret.</summary>
    public static string Provide(string what, string variable) =>
        $"{what} is not in this file: set the environment variable {variable}, or write file:PATH or vault:NAME instead.";

    /// <summary>The notes that hold whatever the nodes are.</summary>
    public static Dictionary<string, string> Notes() => new(StringComparer.Ordinal)
    {
        ["objectives"] = "The source document's; put your own in their place.",
        ["etcd.snapshots"] = "Make this folder before the first snapshot, and copy what is in it to both sites.",
        ["configuration"] = "Make this folder before the first archive.",
    };
}
