namespace ZabbixDR.Engine.Postgres;

/// <summary>What a PostgreSQL server says of itself.</summary>
/// <param name="IsInRecovery">True for a standby, and for a primary that is still recovering.</param>
/// <param name="Timeline">The timeline that it writes; of a standby, the one of its last restart point.</param>
/// <param name="Lsn">How far it has written; of a standby, replayed. Null where a standby has replayed nothing yet.</param>
/// <param name="SystemIdentifier">The identifier that the cluster got from initdb; all copies of it have the same.</param>
public sealed record PostgresStatus(bool IsInRecovery, int Timeline, PgLsn? Lsn, string SystemIdentifier);
