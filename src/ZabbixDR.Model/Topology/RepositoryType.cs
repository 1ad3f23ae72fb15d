namespace ZabbixDR;

/// <summary>Where a pgBackRest repository lies.</summary>
public enum RepositoryType
{
    /// <summary>A directory that somebody else provides on the nodes.</summary>
    Posix,

    /// <summary>A directory that the nodes mount by NFS.</summary>
    Nfs,

    /// <summary>A bucket of an S3-compatible object store.</summary>
    S3,
}
