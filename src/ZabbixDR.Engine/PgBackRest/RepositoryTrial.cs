namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What a configuration that is not in use yet finds in a repository.</summary>
/// <param name="Number">The repository.</param>
/// <param name="HasStanza">Whether the stanza is there and can be read.</param>
/// <param name="Failure">Why it cannot be read; null where it can, or is not there.</param>
internal sealed record RepositoryTrial(int Number, bool HasStanza, DrException? Failure);
