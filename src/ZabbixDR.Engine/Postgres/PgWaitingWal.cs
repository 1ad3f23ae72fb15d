namespace ZabbixDR.Engine.Postgres;

/// <summary>A file of WAL that waits to be archived.</summary>
/// <param name="Name">Its name: a segment, a partial one, or a timeline's history.</param>
/// <param name="Since">Since when, by the node's clock.</param>
public sealed record PgWaitingWal(string Name, DateTimeOffset Since);
