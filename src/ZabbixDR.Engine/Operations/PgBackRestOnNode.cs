using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>pgBackRest's configuration as it is on a node, with its secrets blotted out by the node itself.</summary>
/// <param name="Path">The file.</param>
/// <param name="Text">Its text, without secrets.</param>
/// <param name="File">What it says.</param>
internal sealed record PgBackRestOnNode(string Path, ConfigurationText Text, PgBackRestFile File)
{
    /// <summary>Reads the first of the files that there can be.</summary>
    /// <exception cref="DrException"><c>ConfigurationMissing</c>, <c>PlatformUnknown</c>, and those of <see cref="INode"/>.</exception>
    public static async Task<PgBackRestOnNode> ReadAsync(DeploymentSession deployment, INode node, CancellationToken cancellation)
    {
        var paths = new NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
        foreach (var path in paths.PgBackRestConfigFiles)
        {
            if (await deployment.PgBackRest.ReadConfigurationAsync(node, path, cancellation).ConfigureAwait(false) is { } text)
            {
                return new PgBackRestOnNode(path, ConfigurationText.Parse(text), PgBackRestFile.Parse(text));
            }
        }

        throw ConfigurationMissing(node, paths.PgBackRestConfigFiles);
    }

    private static DrException ConfigurationMissing(INode node, IReadOnlyList<string> paths) => DrException.Of(
        DrErrorKind.NotFound,
        node.Name,
        $"Reading {string.Join(" or ", paths)}",
        "there is no such file",
        "Run Install-PgBackRestConfiguration.");
}
