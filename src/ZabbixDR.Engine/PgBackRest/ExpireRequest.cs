namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The sets that shall go.</summary>
/// <param name="Label">The set, with all that builds on it; null for what retention no longer covers.</param>
/// <param name="Repository">The repository's number; null for all, or for the one that has the set.</param>
/// <param name="TimeLimit">The longest that it may take. It grows with the number of files, and in an object store with its delay.</param>
public sealed record ExpireRequest(string? Label, int? Repository, TimeSpan TimeLimit)
{
    /// <summary>4 h, room for some million files in an object store.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromHours(4);
}
