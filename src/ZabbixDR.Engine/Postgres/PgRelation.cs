namespace ZabbixDR.Engine.Postgres;

/// <summary>A relation that has a file, as the catalogue of its database has it.</summary>
/// <param name="Oid">Its object identifier, which it keeps.</param>
/// <param name="Tablespace">The tablespace of its file.</param>
/// <param name="FileNode">Its file, which it loses where it is rewritten.</param>
/// <param name="Kind">Its kind (pg_class.relkind): r a table, m a materialized view, t a TOAST table, i an index, S a sequence.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
internal sealed record PgRelation(uint Oid, uint Tablespace, uint FileNode, char Kind, string Schema, string Name)
{
    /// <summary>Whether it belongs to PostgreSQL itself.</summary>
    public bool IsCatalog => Schema is "pg_catalog" or "information_schema";

    /// <summary>Whether it holds rows that a person put there; a TOAST table holds parts of them.</summary>
    public bool HasRows => Kind is 'r' or 'm' && !IsCatalog;

    /// <summary>Its name with its schema.</summary>
    public string FullName => $"{Schema}.{Name}";
}
