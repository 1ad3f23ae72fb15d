using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations.Drills;

/// <summary>Where a drill is done.</summary>
/// <param name="Node">The node.</param>
/// <param name="BinDirectory">The directory of PostgreSQL's programs.</param>
/// <param name="Directory">The directory in which the drill makes its own.</param>
/// <param name="Reserve">What must stay free on that file system, in bytes.</param>
/// <param name="PassedOver">The nodes that disturb less and could not, each with its reason.</param>
internal sealed record DrillPlace(INode Node, string BinDirectory, string Directory, long Reserve, IReadOnlyList<string> PassedOver)
{
    // As much as a file system keeps for root by default: what writes to the same one must not be stopped by a drill.
    private const int ReservePercent = 5;

    // The nearest directory that there is, the room on its file system, and what is missing, line by line.
    private const string Script =
        """
        d=$1; until [ -d "$d" ]; do d=${d%/*}; d=${d:-/}; done
        echo "$d"
        df --block-size=1 --output=avail,size -- "$d" | tail -n 1
        [ -x "$2/postgres" ] || echo "it has no $2/postgres"
        command -v pgbackrest >/dev/null || echo "it has no pgbackrest"
        """;

    /// <summary>Finds the first node that can, in the order in which a drill disturbs least: those of role scratch, then the standbys, then the primary.</summary>
    /// <exception cref="DrException"><c>DrillPlaceMissing</c>, with each node's reason; <c>NotAPlace</c>, <c>NodeUnknown</c>.</exception>
    public static async Task<DrillPlace> FindAsync(DeploymentSession deployment, DrillRequest request, PgBackRestBackup set, CancellationToken cancellation)
    {
        var reasons = new List<string>();
        foreach (var node in await CandidatesAsync(deployment, request, cancellation).ConfigureAwait(false))
        {
            try
            {
                var (place, why) = await LookAsync(deployment, node, request, set, cancellation).ConfigureAwait(false);
                if (why is null)
                {
                    return place with { PassedOver = reasons };
                }

                reasons.Add($"{node.Name}: {why}");
            }
            catch (DrException failure)
            {
                reasons.Add($"{node.Name}: {failure.Message}");
            }
        }

        throw DrillPlaceMissing(request, reasons);
    }

    private static async Task<IEnumerable<INode>> CandidatesAsync(DeploymentSession deployment, DrillRequest request, CancellationToken cancellation)
    {
        if (request.Node is { } name)
        {
            var named = deployment.Nodes.Get(name);
            return named.Definition.Roles.Any(role => role is NodeRole.Postgres or NodeRole.Scratch) ? [named] : throw NotAPlace(name);
        }

        var primary = (await DrException.TryAsync(() => FindPrimary.RunAsync(deployment, cancellation)).ConfigureAwait(false)).Value?.Node;
        return deployment.Nodes.With(NodeRole.Scratch).Concat(deployment.Nodes.With(NodeRole.Postgres).OrderBy(node => node == primary)).Distinct();
    }

    // The place, and why it does not do; null where it does.
    private static async Task<(DrillPlace Place, string? Why)> LookAsync(DeploymentSession deployment, INode node, DrillRequest request, PgBackRestBackup set, CancellationToken cancellation)
    {
        await SharedNode.DemandFreeAsync(node, "Looking for a place for the drill", cancellation).ConfigureAwait(false);
        var paths = new NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
        var wanted = request.Directory?.TrimEnd('/') ?? Parent(paths.PostgresDataDirectory!);
        var said = (await node.RunAsync(new ObservingCommand("sh", "-c", Script, "sh", wanted, paths.PostgresBinDirectory!) { User = "root" }, cancellation).ConfigureAwait(false)).Lines;
        var room = said[1].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(number => long.Parse(number, CultureInfo.InvariantCulture)).ToList();
        var (free, reserve) = (room[0], room[1] / 100 * ReservePercent);
        var needed = RoomToRecover.Of(set);
        var place = new DrillPlace(node, paths.PostgresBinDirectory!, said[0].TrimEnd('/'), reserve, []);
        return said is [_, _, var missing, ..] ? (place, missing)
            : request.Directory is not null && said[0] != wanted ? (place, $"{wanted} is not there")
            : free < needed + reserve ? (place, $"{said[0]} has {ByteSize.ToText(free)} free, and the set needs {ByteSize.ToText(needed)} beside the {ByteSize.ToText(reserve)} that stay free")
            : (place, await WhyUnseenAsync(deployment, node, set, cancellation).ConfigureAwait(false));
    }

    // Its own pgBackRest must see the set: another node's may be configured otherwise.
    private static async Task<string?> WhyUnseenAsync(DeploymentSession deployment, INode node, PgBackRestBackup set, CancellationToken cancellation)
    {
        var content = await deployment.PgBackRest.ReadAsync(node, set.Repository, cancellation).ConfigureAwait(false);
        return content.Backups.Any(backup => backup.Label == set.Label) ? null
            : $"its pgBackRest does not see {set.Label} in repository {set.Repository}{string.Concat(content.Failures.Select(failure => $": {failure.Message}"))}";
    }

    private static string Parent(string path) => path[..Math.Max(1, path.TrimEnd('/').LastIndexOf('/'))];

    private static DrException NotAPlace(string node) => DrException.Of(
        DrErrorKind.InvalidInput,
        node,
        "Looking for a place for the drill",
        "the topology gives it neither the role postgres nor scratch",
        "Name a node that has one. Nothing was changed.");

    private static DrException DrillPlaceMissing(DrillRequest request, List<string> reasons) => DrException.Of(
        DrErrorKind.Precondition,
        request.Node,
        "Looking for a place for the drill",
        reasons.Count == 0 ? "the topology has no node of role postgres or scratch" : string.Join("; ", reasons),
        "Make room, or give a node of the topology the role scratch: PostgreSQL's programs and pgBackRest with its configuration are all that it needs. Nothing was changed.");
}
