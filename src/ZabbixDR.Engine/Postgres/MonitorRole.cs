namespace ZabbixDR.Engine.Postgres;

/// <summary>The role through which those who only look see PostgreSQL: it may read the server's state, and of Zabbix's tables what tells its nodes and version.</summary>
internal static class MonitorRole
{
    /// <summary>The SQL that makes it, for psql; it may be run again.</summary>
    /// <param name="role">The role, which peer authentication takes for the operating-system user of that name.</param>
    /// <param name="database">Zabbix's database.</param>
    public static string Sql(string role, string database) =>
        $"""
        -- pg_hba.conf must let it in by peer authentication: local all all peer
        DO $$ BEGIN CREATE ROLE "{role}" LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
        GRANT pg_monitor TO "{role}";
        \connect "{database.Replace("\"", "\"\"", StringComparison.Ordinal)}"
        GRANT SELECT ON public.ha_node, public.dbversion TO "{role}";
        -- Of Zabbix's settings this one alone: the session key is among the others. Since Zabbix 7.4 they are rows of one table and none is given.
        DO $$ BEGIN GRANT SELECT (ha_failover_delay) ON public.config TO "{role}"; EXCEPTION WHEN undefined_table OR undefined_column THEN NULL; END $$;

        """;
}
