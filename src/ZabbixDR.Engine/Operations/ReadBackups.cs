using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>Reads what the repositories hold, also where no primary is left: it is then that one wants to know.</summary>
public static class ReadBackups
{
    /// <summary>Asks the primary or, where none can be found, the first node with pgBackRest that answers.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="repository">One repository's number; null for all.</param>
    /// <param name="timeLimit">The longest that one question to pgBackRest may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What that node told; where none answers, no sets and the failure of each.</returns>
    /// <exception cref="DrException"><c>SectionMissing</c>, <c>RepositoryUnknown</c>, and where there is a primary those of <see cref="PgBackRestClient.ReadAsync"/>.</exception>
    public static async Task<StanzaContent> FromAnyNodeAsync(DeploymentSession deployment, int? repository, TimeSpan timeLimit, CancellationToken cancellation) =>
        (await WithNodeAsync(deployment, repository, timeLimit, cancellation).ConfigureAwait(false)).Content;

    /// <summary>Asks for the sets of every stanza that the repositories hold, as <see cref="FromAnyNodeAsync"/> does for the deployment's own.</summary>
    /// <exception cref="DrException">Those of <see cref="FromAnyNodeAsync"/>.</exception>
    public static async Task<StanzaContent> OfAllStanzasAsync(DeploymentSession deployment, int? repository, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var client = deployment.PgBackRest.Within(timeLimit);
        return (await AskAsync(deployment, repository, (node, token) => client.ReadAllStanzasAsync(node, repository, token), cancellation).ConfigureAwait(false)).Content;
    }

    /// <summary>Asks for the sets with a label, one a repository, and for more of each than the list of all tells.</summary>
    /// <exception cref="DrException"><c>BackupMissing</c>, and those of <see cref="FromAnyNodeAsync"/>.</exception>
    public static async Task<StanzaContent> OfLabelAsync(DeploymentSession deployment, string label, int? repository, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var (node, content) = await WithNodeAsync(deployment, repository, timeLimit, cancellation).ConfigureAwait(false);
        var sets = new List<PgBackRestBackup>();
        foreach (var backup in content.Backups.Where(backup => backup.Label == label))
        {
            sets.Add(await deployment.PgBackRest.Within(timeLimit).ReadSetAsync(node!, backup, cancellation).ConfigureAwait(false));
        }

        return content with { Backups = sets, Failures = sets.Count + content.Failures.Count > 0 ? content.Failures : [BackupMissing(node?.Name, label)] };
    }

    /// <summary>The same as <see cref="FromAnyNodeAsync"/>, and the node that told it, null where none did.</summary>
    internal static Task<(INode? Node, StanzaContent Content)> WithNodeAsync(DeploymentSession deployment, int? repository, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var client = deployment.PgBackRest.Within(timeLimit);
        return AskAsync(deployment, repository, (node, token) => client.ReadAsync(node, repository, token), cancellation);
    }

    private static async Task<(INode? Node, StanzaContent Content)> AskAsync(
        DeploymentSession deployment, int? repository, Func<INode, CancellationToken, Task<StanzaContent>> ask, CancellationToken cancellation)
    {
        if (repository is { } number)
        {
            RepositoryHost.Demand(deployment.Topology, number);
        }

        if (await LeaderAsync(deployment, cancellation).ConfigureAwait(false) is { } leader)
        {
            return (leader, await ask(leader, cancellation).ConfigureAwait(false));
        }

        var outcomes = await NodeRace.AskAsync(
            RepositoryHost.AllWithPgBackRest(deployment),
            ask,
            _ => true,
            TimeSpan.Zero,
            cancellation).ConfigureAwait(false);
        return outcomes.FirstOrDefault(outcome => outcome.Value is not null) is { } answered
            ? (answered.Node, answered.Value!)
            : (null, new StanzaContent([], [.. outcomes.Select(outcome => outcome.Failure!)]));
    }

    /// <summary>Whether a recovery to a moment may start from a set: it had surely stopped by then.</summary>
    public static bool IsEligible(PgBackRestBackup backup, DateTimeOffset moment) => RecoverySpan.SurelyStopped(backup) <= moment;

    /// <summary>The error where sets of a stanza were asked for and the repositories hold only others.</summary>
    public static DrException StanzaMissing(string stanza, IReadOnlyList<string> others) => DrException.Of(
        DrErrorKind.NotFound,
        null,
        $"Looking for the stanza {stanza}",
        $"the repositories hold {(others.Count > 0 ? string.Join(", ", others) : "none")}",
        "Give one of these, or * for all.");

    internal static DrException BackupMissing(string? node, string label) => DrException.Of(
        DrErrorKind.NotFound,
        node,
        $"Looking for the set {label}",
        "no repository that was asked has it",
        "Get-PgBackRestBackup lists the sets that there are; it may have been expired.");

    private static async Task<INode?> LeaderAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        try
        {
            return (await FindPrimary.RunAsync(deployment, cancellation).ConfigureAwait(false)).Node;
        }
        catch (DrException)
        {
            // Any node's pgBackRest reads the same repositories; which one told it stands in each set.
            return null;
        }
    }
}
