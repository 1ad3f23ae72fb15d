using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// Whether the next set fits where the repository lies, by what the last ones of its type took there. Only a directory of the node itself has a
/// size that can be looked at: an object store or a repository host is not judged, nor a set of a type of which there was none before.
/// </summary>
/// <param name="Sets">The sets that the estimate is made from, oldest first.</param>
/// <param name="Directory">Where the repository lies.</param>
/// <param name="Free">The bytes that are free there.</param>
internal sealed record BackupRoom(IReadOnlyList<PgBackRestBackup> Sets, string Directory, long Free)
{
    // The largest of the last three, and a fifth more: a database that grows faster than that between two sets is its administrators' surprise too.
    private const int History = 3;
    private const double Reserve = 1.2;

    /// <summary>What the next set may take.</summary>
    public long Estimate => (long)(Sets.Max(set => set.RepositoryBackupSize) * Reserve);

    /// <summary>The estimate for a person.</summary>
    public override string ToString() =>
        $"the last {(Sets.Count == 1 ? "set" : $"{Sets.Count} sets")} of the type took up to {ByteSize.ToText(Sets.Max(set => set.RepositoryBackupSize))} "
        + $"({string.Join(", ", Sets)}), with a fifth more that is {ByteSize.ToText(Estimate)}, and {Directory} has {ByteSize.ToText(Free)} free";

    /// <summary>Looks at what there is to go by; null where that is too little.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="node">The node that will back up.</param>
    /// <param name="request">The backup that is wanted.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<BackupRoom?> LookAsync(DeploymentSession deployment, INode node, BackupRequest request, CancellationToken cancellation)
    {
        // What is wrong with the configuration or the repository, pgBackRest says itself.
        var (configured, _) = await DrException.TryAsync(() => PgBackRestOnNode.ReadAsync(deployment, node, cancellation)).ConfigureAwait(false);
        if (configured?.File.LocalRepositories is not { Count: > 0 } local)
        {
            return null;
        }

        var number = request.Repository ?? configured.File.FirstRepository;
        if (!local.TryGetValue(number, out var directory) || await deployment.PgBackRest.FreeSpaceAsync(node, directory, cancellation).ConfigureAwait(false) is not { } free)
        {
            return null;
        }

        var (content, _) = await DrException.TryAsync(() => deployment.PgBackRest.AtMost(request.TimeLimit).ReadAsync(node, number, cancellation)).ConfigureAwait(false);
        return Like(content?.Backups ?? [], request.Type) is { Count: > 0 } sets ? new BackupRoom(sets, directory, free) : null;
    }

    /// <summary>The last sets that the next one of a type will be like.</summary>
    internal static IReadOnlyList<PgBackRestBackup> Like(IReadOnlyList<PgBackRestBackup> backups, PgBackRestBackupType type)
    {
        // Where there is no full set to build on, pgBackRest makes one.
        var made = backups.Any(set => set.Type == PgBackRestBackupType.Full) ? type : PgBackRestBackupType.Full;
        return [.. backups.Where(set => set.Type == made).TakeLast(History)];
    }
}
