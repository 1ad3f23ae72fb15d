using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Configuration;

/// <summary>The archives of the nodes' configuration files, kept on the management host.</summary>
public sealed class ConfigurationArchives
{
    private const string NamePrefix = "zabbix-config-";
    private const string NameSuffix = ".tar.gz";
    private const string NameTime = "yyyyMMdd'T'HHmmss'Z'";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly DrTopology _topology;
    private readonly NodeSet _nodes;

    /// <summary>The archives of a deployment.</summary>
    public ConfigurationArchives(DrTopology topology, NodeSet nodes) => (_topology, _nodes) = (topology, nodes);

    /// <summary>The directory that archives are written to and looked for in.</summary>
    /// <param name="chosen">The caller's choice; null for configuration.directory of the topology.</param>
    /// <exception cref="DrException"><c>ConfigurationDirectoryUnknown</c>.</exception>
    public string Directory(string? chosen = null) => chosen ?? _topology.Configuration?.Directory ?? throw ConfigurationDirectoryUnknown();

    /// <summary>
    /// Reads the configuration files of all nodes at once and writes them into one archive, owner-readable only: it holds keys. A node
    /// that cannot be read, and a path on one that cannot, is a failure in the outcome; the others' files are kept all the same.
    /// </summary>
    /// <param name="directory">Where the archive goes; it is made where it is missing.</param>
    /// <param name="throttleLimit">How many nodes are read at once.</param>
    /// <param name="progress">Told of each node that was read.</param>
    /// <param name="cancellation">Ends it and leaves nothing behind.</param>
    /// <exception cref="DrException">Those of <see cref="FileErrors"/>.</exception>
    public async Task<ConfigurationBackupOutcome> BackUpAsync(
        string directory,
        int throttleLimit,
        IProgress<OperationProgress>? progress,
        CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var createdAt = DateTimeOffset.UtcNow;
        MakeDirectory(directory);
        var made = new ConcurrentBag<NodeSpool>();
        try
        {
            var spools = new List<NodeSpool>();
            var nodes = new List<ManifestNode>();
            var failures = new List<DrException>();
            await foreach (var outcome in ReadNodesAsync(directory, made, throttleLimit, progress, cancellation).ConfigureAwait(false))
            {
                // A failure of no node is one of this machine, such as a full disk, which no other node mends.
                if (outcome.Failure is { Node: null } local)
                {
                    throw local;
                }

                nodes.Add(Describe(outcome));
                if (outcome.Value is { } spool)
                {
                    spools.Add(spool);
                }

                if ((outcome.Failure ?? ConfigurationIncomplete(outcome.Value)) is { } failure)
                {
                    failures.Add(failure);
                }
            }

            if (spools.Count == 0)
            {
                return new ConfigurationBackupOutcome(null, failures);
            }

            progress?.Report(new OperationProgress("Writing the archive"));
            var manifest = new ConfigurationManifest(ConfigurationManifest.CurrentFormat, ModuleVersion(), _topology.Name, createdAt, nodes);
            var (path, hash) = await WriteAsync(directory, manifest, spools, cancellation).ConfigureAwait(false);
            var backup = manifest.Describe(path, new FileInfo(path).Length) with { Duration = clock.Elapsed, Sha256 = hash };
            return new ConfigurationBackupOutcome(backup, failures);
        }
        finally
        {
            // All that were made, not only those that were taken: a failure or a stop leaves some in between.
            foreach (var spool in made)
            {
                await spool.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>The newest archive of this deployment in a directory, as its manifest describes it; null where there is none.</summary>
    /// <exception cref="DrException"><c>ConfigurationArchiveDamaged</c>, and those of <see cref="FileErrors"/>.</exception>
    public async Task<DrConfigurationBackup?> FindNewestAsync(string directory, CancellationToken cancellation)
    {
        foreach (var path in Names(directory))
        {
            var manifest = await ArchiveReader.ReadManifestAsync(path, cancellation).ConfigureAwait(false);
            if (manifest.Deployment == _topology.Name)
            {
                return manifest.Describe(path, new FileInfo(path).Length);
            }
        }

        return null;
    }

    private async IAsyncEnumerable<NodeOutcome<NodeSpool>> ReadNodesAsync(
        string directory,
        ConcurrentBag<NodeSpool> made,
        int throttleLimit,
        IProgress<OperationProgress>? progress,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        var all = _nodes.All;
        var done = 0;
        async Task<NodeSpool> ReadAsync(INode node, CancellationToken stop)
        {
            try
            {
                var spool = await NodeSpool.ReadAsync(node, ConfigurationPaths.For(node.Definition, _topology), directory, stop).ConfigureAwait(false);
                made.Add(spool);
                return spool;
            }
            finally
            {
                var count = Interlocked.Increment(ref done);
                progress?.Report(new OperationProgress($"{node.Name} done, {count} of {all.Count} nodes", (double)count / all.Count));
            }
        }

        await foreach (var outcome in all.ForEachAsync(ReadAsync, throttleLimit, cancellation).ConfigureAwait(false))
        {
            yield return outcome;
        }
    }

    private ManifestNode Describe(NodeOutcome<NodeSpool> outcome)
    {
        var node = outcome.Node.Definition;
        return new ManifestNode(
            node.Name,
            node.Site,
            node.Roles,
            outcome.Value is not null,
            [.. ConfigurationPaths.For(node, _topology).Select(path => path.Path)],
            outcome.Value?.Absent ?? [],
            outcome.Value?.Errors ?? [outcome.Failure!.Message],
            outcome.Value?.Entries ?? []);
    }

    private static async Task<(string Path, string Hash)> WriteAsync(
        string directory,
        ConfigurationManifest manifest,
        IReadOnlyList<NodeSpool> spools,
        CancellationToken cancellation)
    {
        try
        {
            using var file = DurableFile.Create(directory, NamePrefix + manifest.CreatedAt.ToString(NameTime, CultureInfo.InvariantCulture), NameSuffix);
            return (file.Path, await ArchiveWriter.WriteAsync(file, manifest, spools, cancellation).ConfigureAwait(false));
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw FileErrors.From("Writing the configuration archive", directory, error);
        }
    }

    private static void MakeDirectory(string directory)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                System.IO.Directory.CreateDirectory(directory);
            }
            else
            {
                System.IO.Directory.CreateDirectory(directory, OwnerOnly);
            }
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw FileErrors.From("Making the directory for configuration archives", directory, error);
        }
    }

    // The names sort by time, and the last is the newest; a second one of the same second has -2 behind the time.
    private static List<string> Names(string directory)
    {
        try
        {
            return
            [
                .. System.IO.Directory.EnumerateFiles(directory, $"{NamePrefix}*{NameSuffix}")
                    .OrderByDescending(path => Path.GetFileName(path)[NamePrefix.Length..^NameSuffix.Length], StringComparer.Ordinal),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw FileErrors.From("Looking for configuration archives", directory, error);
        }
    }

    private static string ModuleVersion() => typeof(ConfigurationArchives).Assembly.GetName().Version?.ToString(3) ?? "";

    private static DrException? ConfigurationIncomplete(NodeSpool? spool) => spool is null or { Errors.Count: 0 }
        ? null
        : DrException.Of(
            DrErrorKind.Remote,
            spool.Node.Name,
            "Reading configuration files",
            string.Join("; ", spool.Errors),
            "The archive holds the node's other files; mend these and back up again.");

    private static DrException ConfigurationDirectoryUnknown() => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Finding the directory of configuration archives",
        "the topology has no configuration.directory",
        "Set it in the topology file, or give -Destination.");
}
