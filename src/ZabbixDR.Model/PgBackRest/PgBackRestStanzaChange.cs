namespace ZabbixDR;

/// <summary>What was done to a stanza.</summary>
public enum PgBackRestStanzaChange
{
    /// <summary>Nothing: it was there.</summary>
    None,

    /// <summary>It was made.</summary>
    Created,

    /// <summary>It was brought up to another version of PostgreSQL.</summary>
    Upgraded,
}
