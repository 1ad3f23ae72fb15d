namespace ZabbixDR.Engine.Postgres;

/// <summary>Where a PostgreSQL server has its data.</summary>
/// <param name="DataDirectory">The data directory.</param>
/// <param name="Version">The server's major version.</param>
/// <param name="SystemIdentifier">The identifier that the cluster got from initdb.</param>
public sealed record PostgresPlace(string DataDirectory, int Version, string SystemIdentifier);
