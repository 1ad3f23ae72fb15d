using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>Compares what the file says of one node with that node.</summary>
/// <param name="topology">The file.</param>
internal sealed class NodeComparison(DrTopology topology)
{
    /// <summary>Compares.</summary>
    /// <exception cref="DrException">The node cannot be asked at all.</exception>
    public async Task<IReadOnlyList<TopologyCheck>> RunAsync(INode node, CancellationToken cancellation)
    {
        var layout = await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false);
        var paths = new NodePaths(topology, layout);
        var checks = new List<TopologyCheck>
        {
            new() { Id = "node.reachable", Node = node.Name, Key = $"nodes.{node.Name}", Status = ReadinessStatus.Pass, Expected = "reachable", Actual = $"reachable ({layout.Name})" },
        };
        if (node.Definition.MachineId is { } meant)
        {
            checks.AddRange(await TopologyChecks.OrUnknownAsync("node.machineId", node.Name, $"nodes.{node.Name}.machineId", () => MachineAsync(node, meant, cancellation)).ConfigureAwait(false));
        }

        checks.AddRange(await TopologyChecks.OrUnknownAsync("node.roles", node.Name, $"nodes.{node.Name}.roles", () => RolesAsync(node, paths, cancellation)).ConfigureAwait(false));
        if (node.Definition.Roles.Contains(NodeRole.Postgres) && topology is { Postgres: { } postgres, Patroni: { } patroni })
        {
            checks.AddRange(await TopologyChecks.OrUnknownAsync("patroni.configFile", node.Name, "patroni.configFile", () => PatroniAsync(node, paths, patroni, postgres, cancellation)).ConfigureAwait(false));
            checks.AddRange(await TopologyChecks.OrUnknownAsync("postgres.version", node.Name, "postgres.version", () => VersionAsync(node, paths, postgres, cancellation)).ConfigureAwait(false));
        }

        if (topology is { PgBackRest: { } settings, Postgres: { } server } && RepositoryHost.Works(topology, node.Definition))
        {
            var user = node.Definition.Roles.Contains(NodeRole.Postgres) ? server.User : settings.HostUser;
            checks.AddRange(await TopologyChecks.OrUnknownAsync("pgbackrest.configFile", node.Name, "pgbackrest.configFile", () => PgBackRestAsync(node, paths, settings, user, cancellation)).ConfigureAwait(false));
        }

        return checks;
    }

    private static async Task<IReadOnlyList<TopologyCheck>> MachineAsync(INode node, string meant, CancellationToken cancellation) =>
        [TopologyChecks.Same("node.machineId", node.Name, $"nodes.{node.Name}.machineId", meant, await NodeIdentity.ReadAsync(node, cancellation).ConfigureAwait(false))];

    // One command for all units: what a role needs runs, and nothing runs that no role needs.
    private static async Task<IReadOnlyList<TopologyCheck>> RolesAsync(INode node, NodePaths paths, CancellationToken cancellation)
    {
        NodeRole[] roles = [NodeRole.Postgres, NodeRole.Etcd, NodeRole.ZabbixServer];
        var units = roles.Select(role => paths.UnitOf(role)!).ToList();
        var command = new ObservingCommand("systemctl", ["show", "--property=ActiveState", "--value", .. units]);
        var states = (await node.RunAsync(command, cancellation).ConfigureAwait(false)).Lines.Where(line => line.Length > 0).ToList();
        return [.. roles.Zip(units, states).Select(found => Role(node, found.First, found.Second, found.Third)).OfType<TopologyCheck>()];
    }

    private static TopologyCheck? Role(INode node, NodeRole role, string unit, string state)
    {
        var key = $"nodes.{node.Name}.roles";
        var name = YamlSection.Dashed(role.ToString());
        return (node.Definition.Roles.Contains(role), state == "active") switch
        {
            (true, _) => TopologyChecks.Same("node.roles", node.Name, key, $"{unit} active", $"{unit} {state}"),
            (false, true) => TopologyChecks.Warn(
                "node.roles", node.Name, key, $"no {name}", $"{unit} active", $"{unit} runs there, and the file does not give the node the role {name}", "Add the role, or stop the service."),
            _ => null,
        };
    }

    private static async Task<IReadOnlyList<TopologyCheck>> PatroniAsync(
        INode node, NodePaths paths, PatroniSettings patroni, PostgresSettings postgres, CancellationToken cancellation)
    {
        var unit = await PatroniUnit.ReadAsync(node, paths.PatroniUnit, cancellation).ConfigureAwait(false);
        var named = TopologyChecks.Same("patroni.configFile", node.Name, "patroni.configFile", paths.PatroniConfigFile, unit.ConfigFile ?? paths.PatroniConfigFile);
        var path = unit.ConfigFile ?? paths.PatroniConfigFile;
        if (await NodeFiles.ReadTextAsync(node, path, cancellation, unit.User).ConfigureAwait(false) is not { } text)
        {
            return [TopologyChecks.Same("patroni.configFile", node.Name, "patroni.configFile", path, null)];
        }

        var file = PatroniFile.Parse(node.Name, path, text);
        return
        [
            named,
            TopologyChecks.Same("patroni.name", node.Name, $"nodes.{node.Name}", node.Name, file.Name),
            TopologyChecks.Same("patroni.scope", node.Name, "patroni.scope", patroni.Scope, file.Scope),
            TopologyChecks.Same("patroni.namespace", node.Name, "patroni.namespace", patroni.Namespace.TrimEnd('/'), file.Namespace ?? "/service"),
            TopologyChecks.Same("patroni.restPort", node.Name, "patroni.rest.port", Text(patroni.RestPort), Text(file.RestPort)),
            TopologyChecks.Same("postgres.dataDirectory", node.Name, "postgres.dataDirectory", paths.PostgresDataDirectory, file.DataDirectory),
            TopologyChecks.Same("postgres.port", node.Name, "postgres.port", Text(postgres.Port), Text(file.PostgresPort ?? new PostgresSettings { Version = 0 }.Port)),
        ];
    }

    private static async Task<IReadOnlyList<TopologyCheck>> VersionAsync(INode node, NodePaths paths, PostgresSettings postgres, CancellationToken cancellation)
    {
        var found = await NodeFiles.ReadTextAsync(node, $"{paths.PostgresDataDirectory}/PG_VERSION", cancellation, postgres.User).ConfigureAwait(false);
        return [TopologyChecks.Same("postgres.version", node.Name, "postgres.version", Text(postgres.Version), found?.Trim())];
    }

    private async Task<IReadOnlyList<TopologyCheck>> PgBackRestAsync(INode node, NodePaths paths, PgBackRestSettings settings, string user, CancellationToken cancellation)
    {
        foreach (var path in paths.PgBackRestConfigFiles)
        {
            if (await NodeFiles.ReadTextAsync(node, path, cancellation, user).ConfigureAwait(false) is { } text)
            {
                return [TopologyChecks.Same("pgbackrest.configFile", node.Name, "pgbackrest.configFile", path, path), .. Compare(node, settings, paths, PgBackRestFile.Parse(text))];
            }
        }

        return [TopologyChecks.Same("pgbackrest.configFile", node.Name, "pgbackrest.configFile", string.Join(" or ", paths.PgBackRestConfigFiles), null)];
    }

    private IEnumerable<TopologyCheck> Compare(INode node, PgBackRestSettings settings, NodePaths paths, PgBackRestFile file)
    {
        yield return file.Stanzas.Contains(settings.Stanza)
            ? TopologyChecks.Same("pgbackrest.stanza", node.Name, "pgbackrest.stanza", settings.Stanza, settings.Stanza)
            : TopologyChecks.Same("pgbackrest.stanza", node.Name, "pgbackrest.stanza", settings.Stanza, file.Stanzas.Count == 0 ? null : string.Join(", ", file.Stanzas));
        if (node.Definition.Roles.Contains(NodeRole.Postgres) && file.DataDirectories.TryGetValue(settings.Stanza, out var directory))
        {
            yield return TopologyChecks.Same("pgbackrest.dataDirectory", node.Name, "postgres.dataDirectory", paths.PostgresDataDirectory, directory);
        }

        var repository = settings.Repository;
        if (repository.Host is { } host && host != node.Name)
        {
            // The host alone knows where it lies and how it is kept; a host of another one knows nothing of it.
            if (!node.Definition.Roles.Contains(NodeRole.Postgres))
            {
                yield break;
            }

            yield return TopologyChecks.Same(
                "pgbackrest.host", node.Name, "pgbackrest.repository.host", topology.Nodes.First(other => other.Name == host).Address, file.RepositoryHost);
            yield break;
        }

        var type = repository.Type == RepositoryType.S3 ? "s3" : "posix";
        yield return TopologyChecks.Same("pgbackrest.repository", node.Name, "pgbackrest.repository", $"{type} {repository.Path}", $"{file.RepositoryType} {file.RepositoryPath}");
        if (repository.Bucket is not null)
        {
            yield return TopologyChecks.Same("pgbackrest.bucket", node.Name, "pgbackrest.repository.bucket", repository.Bucket, file.Bucket);
        }

        yield return TopologyChecks.Same("pgbackrest.retentionFull", node.Name, "pgbackrest.retention.full", Text(settings.RetentionFull), Text(file.RetentionFull));
        yield return TopologyChecks.Same("pgbackrest.retentionDiff", node.Name, "pgbackrest.retention.diff", Text(settings.RetentionDiff), Text(file.RetentionDiff));
        yield return TopologyChecks.Same(
            "pgbackrest.cipher", node.Name, "pgbackrest.cipherPass", settings.CipherPass is null ? "not encrypted" : "encrypted", file.IsEncrypted ? "encrypted" : "not encrypted");
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
