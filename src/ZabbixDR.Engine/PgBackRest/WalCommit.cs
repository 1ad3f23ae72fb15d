namespace ZabbixDR.Engine.PgBackRest;

/// <summary>A commit or abort in WAL: the records at which PostgreSQL can stop a recovery to a time.</summary>
/// <param name="Lsn">Where its record begins.</param>
/// <param name="Transaction">The transaction; 0 for a prepared one, whose own record has none.</param>
/// <param name="Time">When, by the primary's clock.</param>
internal sealed record WalCommit(PgLsn Lsn, uint Transaction, DateTimeOffset Time);
