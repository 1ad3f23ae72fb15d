using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// Compares pgBackRest's configuration on the nodes with the topology, and the nodes with each other. Secrets are blotted out on the node;
/// whether they are right is told only to those who may read the file there, and never what they are.
/// </summary>
public static class ComparePgBackRestConfiguration
{
    private const string Prefix = "pgbackrest.config.";
    private const string Section = "pgbackrest";

    /// <summary>Compares.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="throttleLimit">How many are asked at once.</param>
    /// <param name="timeLimit">The longest that one question to pgBackRest may take.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <exception cref="DrException"><c>SectionMissing</c>.</exception>
    public static async Task<IReadOnlyList<TopologyCheck>> RunAsync(
        DeploymentSession deployment, IEnumerable<INode> nodes, int throttleLimit, TimeSpan timeLimit, CancellationToken cancellation)
    {
        _ = deployment.PgBackRest;
        var (checks, found) = (new List<TopologyCheck>(), new List<(string Node, PgBackRestOnNode Configuration)>());
        await foreach (var outcome in nodes.ForEachAsync((node, stop) => CompareAsync(deployment, node, timeLimit, stop), throttleLimit, cancellation).ConfigureAwait(false))
        {
            checks.AddRange(outcome.Value.Checks ?? [TopologyChecks.Unknown(Prefix + "file", outcome.Node.Name, Section, outcome.Failure!)]);
            // A repository's host has other options than the servers have; of those, after a failover, the other one's count.
            if (outcome.Value.Configuration is { } configuration && !RepositoryHost.IsHost(deployment.Topology, outcome.Node.Definition))
            {
                found.Add((outcome.Node.Name, configuration));
            }
        }

        return found.Count > 1 ? [.. checks, .. CompareNodes(found)] : checks;
    }

    private static async Task<(List<TopologyCheck>? Checks, PgBackRestOnNode? Configuration)> CompareAsync(DeploymentSession deployment, INode node, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var (client, name) = (deployment.PgBackRest.Within(timeLimit), node.Name);
        var configuration = await PgBackRestOnNode.ReadAsync(deployment, node, cancellation).ConfigureAwait(false);
        var user = client.UserOn(node.Definition);
        var checks = new List<TopologyCheck>
        {
            TopologyChecks.Same(Prefix + "file", name, Section, null, configuration.Path),
            TopologyChecks.Same(Prefix + "owner", name, Section, $"{user}:{user} 640", await client.DescribeConfigurationAsync(node, configuration.Path, cancellation).ConfigureAwait(false)),
        };
        var entries = await PgBackRestEntries.WithoutSecretsAsync(deployment, node, cancellation).ConfigureAwait(false);
        checks.AddRange(entries.Where(entry => entry is { IsDefault: false, IsSecret: false }).Select(entry => Option(name, entry, configuration.Text)));
        checks.AddRange(await TopologyChecks.OrUnknownAsync(Prefix + "secret", name, Section, () => SecretsAsync(deployment, node, configuration.Path, cancellation)).ConfigureAwait(false));
        checks.Add(Twice(name, configuration.Text));
        checks.Add(Included(name, await client.IncludedAsync(node, cancellation).ConfigureAwait(false)));
        checks.AddRange(await TopologyChecks.OrUnknownAsync(Prefix + "accepted", name, Section, async () => [Accepted(name, await client.ComplaintsAsync(node, cancellation).ConfigureAwait(false))]).ConfigureAwait(false));
        return (checks, configuration);
    }

    private static TopologyCheck Option(string node, ConfigurationEntry entry, ConfigurationText text)
    {
        var (expected, value) = ($"{entry.Name}={entry.Value}", text.Find(entry.Section, entry.Name));
        return entry.IsMetBy(value)
            ? TopologyChecks.Same(Prefix + "option", node, entry.Key, expected, expected)
            : TopologyChecks.Same(Prefix + "option", node, entry.Key, expected, value is null ? null : $"{entry.Name}={value}") with { Remediation = "Run Install-PgBackRestConfiguration, or correct the topology file." };
    }

    private static async Task<IReadOnlyList<TopologyCheck>> SecretsAsync(DeploymentSession deployment, INode node, string path, CancellationToken cancellation)
    {
        string text;
        try
        {
            text = await NodeFiles.ReadTextAsync(node, path, cancellation, deployment.PgBackRest.UserOn(node.Definition)).ConfigureAwait(false) ?? "";
        }
        catch (DrException failure) when (failure.Kind == DrErrorKind.Permission)
        {
            return [Skipped(node.Name, $"the login user may not read {path} with its secrets; the rest was read without them")];
        }

        var there = ConfigurationText.Parse(text);
        return [.. (await PgBackRestEntries.OfAsync(deployment, node, cancellation).ConfigureAwait(false)).Where(entry => entry.IsSecret).Select(entry => Secret(node.Name, entry, there.Find(entry.Section, entry.Name)))];
    }

    private static TopologyCheck Secret(string node, ConfigurationEntry entry, string? value)
    {
        var expected = $"{entry.Name} as in the topology";
        return value == entry.Value
            ? TopologyChecks.Same(Prefix + "secret", node, entry.Key, expected, expected)
            : TopologyChecks.Fail(Prefix + "secret", node, entry.Key, expected, value is null ? "absent" : "another one", $"{entry.Name} {(value is null ? "is absent" : "is not the one that the topology names")}") with
            {
                Remediation = "Find out which of the two opens the repository before either is changed: Install-PgBackRestConfiguration proves it.",
            };
    }

    private static TopologyCheck Twice(string node, ConfigurationText text)
    {
        // The same option may stand more than once where it is a list; none of ours is.
        var twice = text.Options.GroupBy(option => (option.Section, option.Name)).Where(same => same.Count() > 1).Select(same => $"[{same.Key.Section}] {same.Key.Name}").ToList();
        return twice.Count == 0
            ? TopologyChecks.Same(Prefix + "duplicate", node, Section, "each option once", "each option once")
            : TopologyChecks.Warn(Prefix + "duplicate", node, Section, "each option once", string.Join(", ", twice), "pgBackRest refuses an option that is set twice, where it is no list", "Take one of them out.");
    }

    private static TopologyCheck Included(string node, IReadOnlyList<string> files) => files.Count == 0
        ? TopologyChecks.Same(Prefix + "include", node, Section, "nothing included", "nothing included")
        : TopologyChecks.Warn(Prefix + "include", node, Section, "nothing included", string.Join(", ", files), "pgBackRest reads these files of conf.d too, and they were not compared", "Move what they say into the topology, or leave them knowingly.");

    private static TopologyCheck Accepted(string node, IReadOnlyList<string> complaints) => complaints.Count == 0
        ? TopologyChecks.Same(Prefix + "accepted", node, Section, "pgBackRest takes it", "pgBackRest takes it")
        : TopologyChecks.Fail(Prefix + "accepted", node, Section, "pgBackRest takes it", string.Join("; ", complaints), "the installed version does not know it all") with { Remediation = "Take the option out of the file, or install the version that knows it." };

    private static TopologyCheck Skipped(string node, string reason) => new()
    {
        Id = Prefix + "secret",
        Node = node,
        Key = Section,
        Status = ReadinessStatus.Skipped,
        Reason = reason,
    };

    // What the topology decides was compared with it; here it is about all the rest.
    private static IEnumerable<TopologyCheck> CompareNodes(List<(string Node, PgBackRestOnNode Configuration)> found)
    {
        var differing = found.SelectMany(one => one.Configuration.Text.Options.Select(option => (option.Section, option.Name))).Distinct()
            .Where(option => found.Select(one => one.Configuration.Text.Find(option.Section, option.Name)).Distinct().Count() > 1)
            .ToList();
        return differing.Count == 0
            ? [TopologyChecks.Same(Prefix + "nodes", null, Section, "the same on each node", "the same on each node")]
            : differing.Select(option => TopologyChecks.Fail(
                Prefix + "nodes",
                null,
                Section,
                "the same on each node",
                string.Join("; ", found.Select(one => $"{one.Node}: {one.Configuration.Text.Find(option.Section, option.Name) ?? "absent"}")),
                $"[{option.Section}] {option.Name} is not the same on each node") with
            {
                Remediation = "Run Install-PgBackRestConfiguration: after a failover the other node's file counts.",
            });
    }
}
