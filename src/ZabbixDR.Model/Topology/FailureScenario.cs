namespace ZabbixDR;

/// <summary>The failures that a deployment sets itself objectives for: the seven of the source document's step 1, in its order.</summary>
public enum FailureScenario
{
    /// <summary>1: a single Zabbix server fails.</summary>
    ServerFailure,

    /// <summary>2: the database fails over to a standby that replicates synchronously.</summary>
    DatabaseFailoverSync,

    /// <summary>3: the database fails over to a standby that replicates asynchronously.</summary>
    DatabaseFailoverAsync,

    /// <summary>4: a site is lost, and etcd keeps its quorum.</summary>
    SiteLoss,

    /// <summary>5: a site is lost, and etcd's quorum with it.</summary>
    SiteLossWithoutQuorum,

    /// <summary>6: the data is damaged; it is recovered to a point in time.</summary>
    DatabaseCorruption,

    /// <summary>7: everything is rebuilt from a backup.</summary>
    FullRebuild,
}
