using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// The removal of a set with all that builds on it, or of what retention no longer covers. What would go is pgBackRest's own word, from a dry run;
/// afterwards info must miss that and nothing else.
/// </summary>
public sealed class ExpireBackups
{
    private readonly DeploymentSession _deployment;
    private readonly ExpireRequest _request;
    private readonly INode _node;
    private readonly ExpireReport _report;
    private readonly ChangingCommand _command;

    private ExpireBackups(DeploymentSession deployment, ExpireRequest request, INode node, ExpireReport report, IReadOnlyList<PgBackRestBackup> before)
    {
        _deployment = deployment;
        _request = request;
        _node = node;
        _report = report;
        _command = deployment.PgBackRest.ExpireCommand(node, request);
        Sets = [.. before.Where(set => report.Sets.Contains((set.Repository, set.Label)))];
    }

    /// <summary>The sets that would go, oldest first.</summary>
    public IReadOnlyList<PgBackRestBackup> Sets { get; }

    /// <summary>Whether anything would go, be it WAL alone.</summary>
    public bool IsNeeded => Sets.Count + _report.Wal.Count > 0;

    /// <summary>What it is called.</summary>
    public string Title => TitleOf(_deployment, _request);

    /// <summary>What would be run and what would go by it.</summary>
    public string Text => string.Join(
        '\n',
        new[] { $"{_node.Name}: {_command}" }
            .Concat(Sets.Select(set => $"  goes: {set.Label}, {set.Type}, of {set.StoppedAt.UtcDateTime:u}, {ByteSize.ToText(set.RepositoryBackupSize)} in repository {set.Repository}{(set.Label == _request.Label || _request.Label is null ? "" : $": it builds on {_request.Label}")}"))
            .Concat(_report.Wal.Select(wal => $"  goes: {wal}")));

    /// <summary>Looks at what would go. Nothing is changed.</summary>
    /// <exception cref="DrException">
    /// <c>BackupMissing</c>, <c>BackupAmbiguous</c>, <c>RepositoryUnnamed</c>, <c>LastFullBackup</c>; <c>LockHeld</c>, <c>RunHoldsNode</c>; what kept the repositories from being read, and those of
    /// <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.
    /// </exception>
    public static async Task<ExpireBackups> PrepareAsync(DeploymentSession deployment, ExpireRequest request, CancellationToken cancellation)
    {
        var (node, content) = await ReadBackups.WithNodeAsync(deployment, request.Repository, PgBackRestClient.Shorter(request.TimeLimit), cancellation).ConfigureAwait(false);
        if (node is null || content.Failures.Count > 0)
        {
            throw content.Failures[0];
        }

        if (request.Label is { } label)
        {
            request = request with { Repository = Removable(node, content.Backups, label) };
        }

        var hosts = deployment.Topology.PgBackRest!.Repositories.Select(repository => RepositoryHost.Of(deployment, repository)).Distinct();
        if (request.Repository is null && hosts.Count() > 1)
        {
            throw RepositoryUnnamed();
        }

        node = RepositoryHost.Of(deployment, request.Repository) ?? node;
        var tried = TitleOf(deployment, request);
        await SharedNode.DemandFreeAsync(node, tried, cancellation).ConfigureAwait(false);
        (await PgBackRestTurn.LookAsync(deployment, cancellation).ConfigureAwait(false)).Demand(tried);
        var report = await deployment.PgBackRest.TryExpireAsync(node, request, cancellation).ConfigureAwait(false);
        return new ExpireBackups(deployment, request, node, report, content.Backups);
    }

    /// <summary>Removes it, and proves by info that this is gone and nothing else.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="messages">Is told what pgBackRest says.</param>
    /// <param name="cancellation">Ends it; what was begun is gone on with by the next expiry.</param>
    /// <returns>The sets that are gone.</returns>
    /// <exception cref="DrException">
    /// <c>RunHoldsNode</c>, <c>ExpiryChanged</c>: nothing was removed; <c>ExpiryUnproven</c>; those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.
    /// </exception>
    public async Task<IReadOnlyList<PgBackRestBackup>> RunAsync(ChangePermit permit, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var client = _deployment.PgBackRest.AtMost(_request.TimeLimit);
        var node = await SharedNode.OfAsync(await _deployment.Nodes.ChangingAsync(_node, permit, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        var now = await client.TryExpireAsync(node, _request, cancellation).ConfigureAwait(false);
        if (!now.Sets.SequenceEqual(_report.Sets))
        {
            throw ExpiryChanged(now);
        }

        var before = await client.ReadAsync(node, null, cancellation).ConfigureAwait(false);
        await client.WorkOn(node).ExpireAsync(_request, messages, cancellation).ConfigureAwait(false);
        var after = await client.ReadAsync(node, null, cancellation).ConfigureAwait(false);
        var gone = Keys(before).Except(Keys(after)).Order().ToList();
        return gone.SequenceEqual(_report.Sets) ? Sets : throw ExpiryUnproven(gone, after.Failures);
    }

    /// <summary>The error where a set of another stanza was given.</summary>
    public static DrException StanzaDiffers(PgBackRestBackup set, string stanza) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Removing the set {set.Label}",
        $"it is of the stanza {set.Stanza}, and this deployment's is {stanza}",
        "Connect to the deployment that it belongs to.");

    // The one repository that has it, and keeps a full set of the same database beside it.
    private static int Removable(INode node, IReadOnlyList<PgBackRestBackup> backups, string label)
    {
        var found = backups.Where(set => set.Label == label).ToList();
        var set = found switch
        {
            [] => throw ReadBackups.BackupMissing(node.Name, label),
            [var only] => only,
            _ => throw BackupAmbiguous(label, found),
        };
        return set.Type != PgBackRestBackupType.Full
            || backups.Any(other => other.Type == PgBackRestBackupType.Full && other.Label != label && other.Repository == set.Repository && other.DatabaseId == set.DatabaseId)
            ? set.Repository
            : throw LastFullBackup(node, set);
    }

    private static string TitleOf(DeploymentSession deployment, ExpireRequest request) =>
        request.Label is { } label ? $"Removing the set {label} of stanza {deployment.PgBackRest.Stanza}" : $"Expiring what retention no longer covers of stanza {deployment.PgBackRest.Stanza}";

    private static IEnumerable<(int Repository, string Label)> Keys(StanzaContent content) => content.Backups.Select(set => (set.Repository, set.Label));

    private static DrException BackupAmbiguous(string label, IReadOnlyList<PgBackRestBackup> found) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Looking for the set {label}",
        $"the repositories {string.Join(", ", found.Select(set => set.Repository))} have one of that name each",
        "Say which with -Repository.");

    private static DrException RepositoryUnnamed() => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        "Expiring what retention no longer covers",
        "the repositories have not one host, and each host expires its own alone",
        "Name one repository after the other with -Repository.");

    private static DrException LastFullBackup(INode node, PgBackRestBackup set) => DrException.Of(
        DrErrorKind.Busy,
        node.Name,
        $"Removing the set {set.Label} from repository {set.Repository}",
        "it is the only full set of this database there: without it nothing could be restored from that repository",
        "Take another full backup first: Invoke-PgBackRestBackup Full.");

    private DrException ExpiryChanged(ExpireReport now) => DrException.Of(
        DrErrorKind.Busy,
        _node.Name,
        Title,
        $"what would go is not what was asked about any more, but {(now.Sets.Count == 0 ? "no set" : Named(now.Sets))}; nothing was removed",
        "Somebody works on the repository at this moment. Try again.");

    private DrException ExpiryUnproven(List<(int Repository, string Label)> gone, IReadOnlyList<DrException> failures) => DrException.Of(
        DrErrorKind.InvalidData,
        _node.Name,
        Title,
        failures.Count > 0 ? $"afterwards not all could be read: {failures[0].Message}"
            : $"{(_report.Sets.Count == 0 ? "no set" : Named(_report.Sets))} should be gone, and by info {(gone.Count == 0 ? "none" : Named(gone))} is",
        "Look at the repositories with Get-PgBackRestBackup and Test-PgBackRestRepository.");

    private static string Named(IEnumerable<(int Repository, string Label)> sets) => string.Join(", ", sets.Select(set => $"{set.Label} in repository {set.Repository}"));
}
