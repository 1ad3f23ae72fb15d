namespace ZabbixDR;

/// <summary>What a login user may do on the nodes.</summary>
public enum DrRightsProfile
{
    /// <summary>Exactly what the Get- and Test- commands need: for pipelines and monitoring. It can change nothing.</summary>
    Observe,

    /// <summary>Everything: who writes files and runs as postgres is root's equal on the nodes.</summary>
    Operate,
}
