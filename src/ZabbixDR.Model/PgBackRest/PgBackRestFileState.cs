namespace ZabbixDR;

/// <summary>How a file of a repository was found.</summary>
public enum PgBackRestFileState
{
    /// <summary>It is there.</summary>
    Found,

    /// <summary>It is not there yet: the primary still has it and is to archive it.</summary>
    Late,

    /// <summary>It is being written.</summary>
    Uploading,

    /// <summary>It is gone.</summary>
    Lost,

    /// <summary>It is there and not what it must be.</summary>
    Damaged,

    /// <summary>It is there and may not or cannot be read.</summary>
    Unreadable,

    /// <summary>It is there and nothing refers to it.</summary>
    Stray,
}
