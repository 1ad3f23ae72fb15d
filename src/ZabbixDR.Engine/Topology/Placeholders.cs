namespace ZabbixDR.Engine.Topology;

/// <summary>The names that the source document leaves to be filled in, and the key of the topology file that each became.</summary>
public static class Placeholders
{
    /// <summary>By name, the key; <c>*</c> stands for a name of the user's own.</summary>
    public static IReadOnlyDictionary<string, string> Keys { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
    {
        ["BACKUP_TYPE"] = "pgbackrest.repository.type",
        ["BACKUP_NFS_SERVER"] = "pgbackrest.repository.server",
        ["BACKUP_NFS_PATH"] = "pgbackrest.repository.export",
        ["BACKUP_NFS_MOUNT"] = "pgbackrest.repository.mount",
        ["BACKUP_S3_ENDPOINT"] = "pgbackrest.repository.endpoint",
        ["BACKUP_S3_BUCKET"] = "pgbackrest.repository.bucket",
        ["BACKUP_S3_REGION"] = "pgbackrest.repository.region",
        ["BACKUP_S3_KEY"] = "pgbackrest.repository.key",
        ["BACKUP_S3_SECRET"] = "pgbackrest.repository.keySecret",
        ["BACKUP_RETENTION_FULL"] = "pgbackrest.retention.full",
        ["BACKUP_RETENTION_DIFF"] = "pgbackrest.retention.diff",
        ["BACKUP_ENCRYPTION_KEY"] = "pgbackrest.cipherPass",
        ["ETCD_1_IP"] = "nodes.*.address",
        ["ETCD_2_IP"] = "nodes.*.address",
        ["ETCD_3_IP"] = "nodes.*.address",
        ["ETCD_CA_CERT_PATH"] = "etcd.caFile",
        ["ETCD_ROOT_PASSWORD"] = "etcd.password",
        ["VIP_FRONTEND_B"] = "sites.*.frontend",
        ["DOMAIN"] = "zabbix.domain",
        ["DNS_TTL"] = "zabbix.dnsTtl",
        ["SSL_CERT_PATH"] = "zabbix.tls.certificate",
        ["SSL_KEY_PATH"] = "zabbix.tls.key",
        ["SSL_CA_PATH"] = "zabbix.tls.ca",
    };
}
