using System.Text;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// pgBackRest's configuration of one node, as the topology has it. Prepared first, so that the question to the user shows what would
/// change. Before the file takes the old one's place, pgBackRest itself reads every repository by it on the node: a passphrase that does
/// not open what is there would make every backup of it useless.
/// </summary>
public sealed class InstallPgBackRestConfiguration
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private readonly DeploymentSession _deployment;
    private readonly ConfigurationText? _old;
    private readonly ConfigurationText _new;

    private InstallPgBackRestConfiguration(DeploymentSession deployment, INode node, string path, NodeFile? file, ConfigurationText? old, ConfigurationText @new)
    {
        _deployment = deployment;
        _old = old;
        _new = @new;
        Node = node;
        Path = path;
        Difference = (old ?? ConfigurationText.Parse("")).DifferenceTo(@new);
        IsRight = old?.ToString() == @new.ToString() && file is { Mode: Mode } && file.Owner == Owner && file.Group == Owner;
    }

    /// <summary>The node.</summary>
    public INode Node { get; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The lines that would go (-) and come (+), without secrets.</summary>
    public IReadOnlyList<string> Difference { get; }

    /// <summary>Whether the file is as it shall be, owner and mode included.</summary>
    public bool IsRight { get; }

    private string Owner => _deployment.PgBackRest.UserOn(Node.Definition);

    /// <summary>The nodes that have such a file, hosts of repositories first: the others' are tried through theirs.</summary>
    public static IReadOnlyList<INode> NodesOf(DeploymentSession deployment) => RepositoryHost.AllWithPgBackRest(deployment);

    /// <summary>Reads the node's file and makes the new one. Nothing is changed.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="node">The node.</param>
    /// <param name="merge">True to leave what the topology does not know as it is.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>SectionMissing</c>, <c>PlatformUnknown</c>, those of <see cref="NodeFiles"/> and of reading secrets.</exception>
    public static async Task<InstallPgBackRestConfiguration> PrepareAsync(DeploymentSession deployment, INode node, bool merge, CancellationToken cancellation)
    {
        _ = deployment.PgBackRest;
        var paths = new NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false));
        var (path, old) = await FindAsync(node, paths, cancellation).ConfigureAwait(false);
        var entries = await PgBackRestEntries.OfAsync(deployment, node, cancellation).ConfigureAwait(false);
        return new InstallPgBackRestConfiguration(
            deployment,
            node,
            path,
            old is null ? null : await NodeFiles.StatAsync(node, path, cancellation).ConfigureAwait(false),
            old is null ? null : ConfigurationText.Parse(old),
            merge && old is not null ? ConfigurationContent.Merged(old, entries) : ConfigurationContent.Whole(entries));
    }

    /// <summary>What there is to tell where nothing is to be done.</summary>
    public PgBackRestConfiguration Unchanged() => new() { Node = Node.Name, Path = Path, Changed = false };

    /// <summary>Has pgBackRest read the repositories by the new file, keeps the old one beside it, and puts the new one in its place.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="force">True to write it also where a repository cannot be reached now; one that it does not open is refused all the same.</param>
    /// <param name="timeLimit">The longest that reading them may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>RepositoryNotOpened</c>, <c>RepositoryUnproven</c>, <c>RunHoldsNode</c> and those of <see cref="NodeFiles"/>; the file is as it was.</exception>
    public async Task<PgBackRestConfiguration> RunAsync(ChangePermit permit, bool force, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var node = await SharedNode.OfAsync(await _deployment.Nodes.ChangingAsync(Node, permit, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        var folder = Path[..Path.LastIndexOf('/')];
        await node.RunAsync(new ChangingCommand("sh", "-c", "[ -d \"$1\" ] || install -d -o \"$2\" -g \"$2\" -m 0750 -- \"$1\"", "sh", folder, Owner) { User = "root", Title = $"the making of {folder}" }, cancellation).ConfigureAwait(false);
        var trials = await TryAsync(node, force, timeLimit, cancellation).ConfigureAwait(false);
        var kept = _old is null ? null : await KeepAsync(node, cancellation).ConfigureAwait(false);
        await WriteAsync(node, Path, cancellation).ConfigureAwait(false);
        return new PgBackRestConfiguration
        {
            Node = Node.Name,
            Path = Path,
            Changed = true,
            Difference = Difference,
            KeptAs = kept,
            Opened = [.. trials.Where(trial => trial.HasStanza).Select(trial => trial.Number)],
            Empty = [.. trials.Where(trial => trial is { HasStanza: false, Failure: null }).Select(trial => trial.Number)],
        };
    }

    private static async Task<(string Path, string? Text)> FindAsync(INode node, NodePaths paths, CancellationToken cancellation)
    {
        foreach (var path in paths.PgBackRestConfigFiles)
        {
            if (await NodeFiles.ReadTextAsync(node, path, cancellation).ConfigureAwait(false) is { } text)
            {
                return (path, text);
            }
        }

        return (paths.PgBackRestConfigFiles[0], null);
    }

    private async Task<IReadOnlyList<RepositoryTrial>> TryAsync(SharedNode node, bool force, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var trial = $"{Path}.zabbixdr-trial";
        await WriteAsync(node, trial, cancellation).ConfigureAwait(false);
        try
        {
            var trials = await _deployment.PgBackRest.Within(timeLimit).TryConfigurationAsync(node, trial, cancellation).ConfigureAwait(false);
            foreach (var failed in trials.Where(one => one.Failure is not null))
            {
                throw failed.Failure!.Kind is DrErrorKind.Authentication ? RepositoryNotOpened(failed) : RepositoryUnproven(failed.Failure);
            }

            return trials;
        }
        catch (DrException failure) when (force && failure.Id != nameof(RepositoryNotOpened))
        {
            return [];
        }
        finally
        {
            await node.RunAsync(new ChangingCommand("rm", "-f", "--", trial) { User = "root" }, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private async Task<string> KeepAsync(SharedNode node, CancellationToken cancellation)
    {
        var kept = $"{Path}.{DateTimeOffset.UtcNow.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}";
        await node.RunAsync(new ChangingCommand("cp", "-p", "--", Path, kept) { User = "root" }, cancellation).ConfigureAwait(false);
        return kept;
    }

    private Task WriteAsync(SharedNode node, string path, CancellationToken cancellation) =>
        NodeFiles.WriteAsync(node, path, Encoding.UTF8.GetBytes(_new.ToString()), new FileAttributesOnNode(Owner, Owner, Mode), cancellation);

    private DrException RepositoryNotOpened(RepositoryTrial trial) => DrException.Of(
        DrErrorKind.Authentication,
        Node.Name,
        $"Reading repository {trial.Number} by the new configuration before it is written",
        $"what the topology names does not open it ({trial.Failure!.Message})",
        "Name the passphrase that it was made with (a new one needs a new repository), and keys that the object store takes: with others no backup in it could be read.");

    private DrException RepositoryUnproven(DrException failure) => DrException.Of(
        failure.Kind,
        Node.Name,
        "Reading the repositories by the new configuration before it is written",
        failure.Message,
        "Correct the topology or the way to the repository; -Force writes the file all the same.",
        failure);
}
