namespace ZabbixDR.Engine.PgBackRest;

/// <summary>A file of a repository.</summary>
/// <param name="Path">Its path, from where the listing began.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Time">When it was last written, by the storage's clock.</param>
internal sealed record RepositoryFile(string Path, long Size, DateTimeOffset Time);
