namespace ZabbixDR.Engine;

/// <summary>What sort of thing went wrong, as far as a caller may want to tell one from another.</summary>
public enum DrErrorKind
{
    /// <summary>What the caller gave cannot be meant; nothing was tried.</summary>
    InvalidInput,

    /// <summary>The state of things forbids the work; nothing was changed.</summary>
    Precondition,

    /// <summary>A thing that was named does not exist.</summary>
    NotFound,

    /// <summary>A node or service did not answer.</summary>
    Unreachable,

    /// <summary>It took longer than the limit.</summary>
    Timeout,

    /// <summary>A host key, key, certificate or password was not accepted.</summary>
    Authentication,

    /// <summary>The user that was let in may not do this.</summary>
    Permission,

    /// <summary>Somebody else holds what is needed.</summary>
    Busy,

    /// <summary>No room.</summary>
    DiskFull,

    /// <summary>What came back is not what it must be.</summary>
    InvalidData,

    /// <summary>A program or service on a node reported a failure.</summary>
    Remote,
}
