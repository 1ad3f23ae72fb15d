namespace ZabbixDR.Engine.Readiness;

/// <summary>What is still good enough of a node.</summary>
public sealed record NodeThresholds
{
    /// <summary>etcd complains beyond it (rafthttp's clock drift limit), and a point in time is told no better. Independent of the size of anything.</summary>
    public static readonly TimeSpan DefaultClockSkew = TimeSpan.FromSeconds(1);

    /// <summary>Of each file system: it grows with what lies there.</summary>
    public const int DefaultFreePercent = 10;

    /// <summary>The most that a node's clock may differ from this machine's.</summary>
    public TimeSpan ClockSkew { get; init; } = DefaultClockSkew;

    /// <summary>The least of each file system that must be free, in percent.</summary>
    public int FreePercent { get; init; } = DefaultFreePercent;
}
