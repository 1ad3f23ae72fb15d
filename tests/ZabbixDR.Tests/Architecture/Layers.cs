namespace ZabbixDR.Tests.Architecture;

/// <summary>The floors of the engine: code may use what lies below it, and nothing on its own floor but itself.</summary>
internal static class Layers
{
    // A new folder of the engine gets its place here first; one that is missing fails the test.
    private static readonly string[][] FromTheGround =
    [
        ["Yaml"],
        ["Files", "Topology"],
        ["Nodes"],
        ["Locks"],
        ["Etcd", "Patroni", "Postgres", "PgBackRest", "Zabbix", "Configuration", "Schedules"],
        ["Deployment"],
        ["Operations"],
        ["Readiness", "Diagnosis", "Runbooks", "Evidence"],
    ];

    /// <summary>The mentions that go up or sideways.</summary>
    /// <param name="code">The code.</param>
    /// <param name="root">The engine's namespace, whose own types (errors, progress) lie beneath all floors.</param>
    public static IEnumerable<string> Violations(CompiledCode code, string root) =>
        from reference in code.References
        let user = Folder(reference.FromNamespace, root)
        let used = Folder(reference.ToNamespace, root)
        where user is not null && used is not null && user != used && Floor(used) >= Floor(user)
        select $"{reference}: {Show(user)} may not use {Show(used)}";

    /// <summary>The namespaces that have no floor.</summary>
    public static IEnumerable<string> Homeless(CompiledCode code, string root) =>
        code.References.Select(reference => Folder(reference.FromNamespace, root)).OfType<string>().Distinct().Where(folder => Floor(folder) == int.MaxValue);

    // "" for the root itself; null for what is not of the engine.
    private static string? Folder(string space, string root) =>
        space == root ? "" : space.StartsWith(root + ".", StringComparison.Ordinal) ? space[(root.Length + 1)..].Split('.')[0] : null;

    private static int Floor(string folder)
    {
        var floor = folder.Length == 0 ? -1 : Array.FindIndex(FromTheGround, folders => folders.Contains(folder));
        return folder.Length > 0 && floor < 0 ? int.MaxValue : floor;
    }

    private static string Show(string folder) => folder.Length == 0 ? "the engine's root" : folder;
}
