namespace ZabbixDR;

/// <summary>An alarm that an etcd member has raised; it stands until somebody disarms it.</summary>
public enum EtcdAlarm
{
    /// <summary>The database has reached its quota: the cluster takes no writes.</summary>
    NoSpace,

    /// <summary>The member's data differs from the others'.</summary>
    Corrupt,

    /// <summary>One that this version does not know.</summary>
    Other,
}
