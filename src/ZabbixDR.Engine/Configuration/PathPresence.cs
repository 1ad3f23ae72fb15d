namespace ZabbixDR.Engine.Configuration;

/// <summary>Whether a path that was asked for is there.</summary>
internal enum PathPresence
{
    /// <summary>It is.</summary>
    Present,

    /// <summary>It is a symbolic link to something that is.</summary>
    Link,

    /// <summary>It is a symbolic link to nothing.</summary>
    Dangling,

    /// <summary>It is not.</summary>
    Absent,
}
