namespace ZabbixDR;

/// <summary>What of a repository is judged.</summary>
public enum PgBackRestAspect
{
    /// <summary>What pgBackRest itself says of the stanza: that it is there, can be read and deciphered.</summary>
    Info,

    /// <summary>The manifests of the sets, without which none can be restored.</summary>
    Manifest,

    /// <summary>That the WAL which sets need, and which follows them, is there without a gap.</summary>
    Wal,

    /// <summary>That the content of every file is what it was when it was written.</summary>
    Content,
}
