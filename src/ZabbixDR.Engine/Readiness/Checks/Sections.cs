namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>Why a check does not apply: the topology file lacks what it is about.</summary>
internal static class Sections
{
    public static string? MissingPgBackRest(DrTopology topology) => topology.PgBackRest is null ? Missing("pgbackrest") : MissingPatroni(topology);

    public static string? MissingPatroni(DrTopology topology) =>
        topology.Patroni is null ? Missing("patroni") : topology.Postgres is null ? Missing("postgres") : null;

    public static string? MissingEtcd(DrTopology topology) => topology.Etcd is null ? Missing("etcd") : null;

    public static string Missing(string section) => $"the topology file has no {section}";
}
