namespace ZabbixDR;

/// <summary>What a drill looks at.</summary>
public enum PgDrillSubject
{
    /// <summary>pgBackRest restores the set; it compares each file with its checksum.</summary>
    Restore,

    /// <summary>PostgreSQL recovers, and its log says that it stopped where it should.</summary>
    Target,

    /// <summary>The database answers as Zabbix's, and holds no value that is newer than the target.</summary>
    Zabbix,

    /// <summary>pg_amcheck finds tables and indexes of all databases sound.</summary>
    Amcheck,

    /// <summary>pg_checksums finds the checksum of every page right.</summary>
    Checksums,
}
