namespace ZabbixDR.Engine.PgBackRest;

/// <summary>A directory on a node in which a set is restored beside the data in use.</summary>
/// <param name="Directory">The directory, absolute; all of it goes in the end.</param>
internal sealed record ScratchPlace(string Directory)
{
    /// <summary>The data directory of the restored cluster.</summary>
    public string DataDirectory => $"{Directory}/data";

    /// <summary>Where its tablespaces come to lie.</summary>
    public string TablespaceDirectory => $"{Directory}/tablespaces";

    /// <summary>Where pgBackRest keeps its lock.</summary>
    public string LockDirectory => $"{Directory}/lock";
}
