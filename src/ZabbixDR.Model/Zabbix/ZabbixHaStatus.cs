namespace ZabbixDR;

/// <summary>The status of a node in Zabbix's high-availability cluster, with the numbers that table ha_node holds.</summary>
public enum ZabbixHaStatus
{
    /// <summary>Ready to take over.</summary>
    Standby = 0,

    /// <summary>It was stopped in order.</summary>
    Stopped = 1,

    /// <summary>It went without a word; the active node set it so after the failover delay.</summary>
    Unavailable = 2,

    /// <summary>It does the work.</summary>
    Active = 3,
}
