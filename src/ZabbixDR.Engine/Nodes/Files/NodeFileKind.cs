namespace ZabbixDR.Engine.Nodes.Files;

/// <summary>What lies under a name on a node.</summary>
public enum NodeFileKind
{
    /// <summary>A regular file.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link; it is not followed.</summary>
    Link,

    /// <summary>A device, a socket or a pipe.</summary>
    Other,
}
