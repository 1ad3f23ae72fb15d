namespace ZabbixDR.Engine.Configuration;

/// <summary>What an entry of an archive is.</summary>
internal enum ManifestEntryType
{
    /// <summary>A file with its content.</summary>
    File,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A symbolic link.</summary>
    SymbolicLink,

    /// <summary>Another name of a file that stands before it in the archive.</summary>
    HardLink,

    /// <summary>A device, a named pipe: what has no content.</summary>
    Special,
}
