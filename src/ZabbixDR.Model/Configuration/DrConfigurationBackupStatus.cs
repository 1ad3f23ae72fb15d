namespace ZabbixDR;

/// <summary>Whether a configuration archive holds all that was asked for.</summary>
public enum DrConfigurationBackupStatus
{
    /// <summary>Every node was read, and every path on it that there is.</summary>
    Complete,

    /// <summary>A node is missing, or something on one could not be read whole. The rest can be used.</summary>
    Partial,
}
