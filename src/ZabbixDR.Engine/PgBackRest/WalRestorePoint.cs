namespace ZabbixDR.Engine.PgBackRest;

/// <summary>A restore point in WAL, as pg_create_restore_point() writes it.</summary>
/// <param name="Lsn">Where its record begins.</param>
/// <param name="Name">Its name.</param>
internal sealed record WalRestorePoint(PgLsn Lsn, string Name);
