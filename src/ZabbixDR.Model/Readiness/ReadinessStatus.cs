namespace ZabbixDR;

/// <summary>The verdict of a readiness check. Only <see cref="Pass"/> is good news.</summary>
public enum ReadinessStatus
{
    /// <summary>It is as it must be.</summary>
    Pass,

    /// <summary>A recovery would work, and with less than there could be.</summary>
    Warn,

    /// <summary>It is not as it must be: a recovery would fail, or lose more than is allowed.</summary>
    Fail,

    /// <summary>Not known: what the check is about could not be asked, for the reason given.</summary>
    Error,

    /// <summary>The check does not apply to this deployment, for the reason given.</summary>
    Skipped,
}
