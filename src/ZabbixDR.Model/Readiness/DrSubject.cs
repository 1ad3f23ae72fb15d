namespace ZabbixDR;

/// <summary>What a diagnosis looks at, in the order in which one fault leads to the next.</summary>
public enum DrSubject
{
    /// <summary>Repositories that lie in a file system of the nodes, mounted from a server or their own.</summary>
    Storage,

    /// <summary>Repositories that lie in an object store.</summary>
    S3,

    /// <summary>pgBackRest's configuration and its stanza.</summary>
    Stanza,

    /// <summary>The archiving of the primary's write-ahead log.</summary>
    Archiving,
}
