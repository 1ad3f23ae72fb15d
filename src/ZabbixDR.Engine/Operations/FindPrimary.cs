using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// Finds the primary: the node whose Patroni calls it a running primary and whose PostgreSQL is not in recovery, both asked of
/// that node itself. The leader lock alone is no proof, and neither is an answer of 200 to /primary.
/// </summary>
public static class FindPrimary
{
    /// <summary>The id of the error where every node was asked and none is a primary.</summary>
    public const string NoneId = nameof(NoPrimary);

    /// <summary>
    /// After a primary was found, how long the others have to say that they are one too. Independent of the size of anything;
    /// a node that is dead and does not even refuse would cost its whole connect limit otherwise.
    /// </summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>Asks every node with role postgres, all at once.</summary>
    /// <exception cref="DrException">
    /// <c>NoPrimary</c>, with each node's reason; <c>SeveralPrimaries</c>, where more than one server accepts writes: none is chosen;
    /// why PostgreSQL could not be asked, where Patroni calls it a running primary; <c>SectionMissing</c>, where the topology has no patroni or postgres.
    /// </exception>
    public static async Task<PrimaryNode> RunAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var (patroni, postgres) = (deployment.Patroni, deployment.Postgres);
        var outcomes = await NodeRace.AskAsync(
            patroni.Nodes,
            (node, token) => LookAsync(node, patroni, postgres, token),
            look => look.Primary is not null,
            Grace,
            cancellation).ConfigureAwait(false);
        var writable = outcomes.Where(outcome => outcome.Value is { IsWritable: true }).ToList();
        if (writable.Count > 1)
        {
            throw SeveralPrimaries(writable.Select(outcome => $"{outcome.Node.Name}: {outcome.Value!.Finding}"));
        }

        return outcomes.Select(outcome => outcome.Value?.Primary).FirstOrDefault(primary => primary is not null)
            ?? throw outcomes.Select(outcome => outcome.Value?.Unproven).FirstOrDefault(failure => failure is not null)
            ?? NoPrimary(
                outcomes.Select(outcome => $"{outcome.Node.Name}: {outcome.Value?.Finding ?? outcome.Failure!.Finding}"),
                new NodeFailures(outcomes.SelectMany(outcome => outcome.Value?.Failures ?? [outcome.Failure!], (outcome, failure) => (outcome.Node.Name, failure))));
    }

    // PostgreSQL is asked even where Patroni is away: a server that writes without it is what must not be overlooked.
    private static async Task<PrimaryLook> LookAsync(INode node, PatroniClient patroni, PostgresClient postgres, CancellationToken cancellation)
    {
        var asked = DrException.TryAsync(() => patroni.GetStatusAsync(node, cancellation));
        var (server, serverFailure) = await DrException.TryAsync(() => postgres.GetStatusAsync(node, cancellation)).ConfigureAwait(false);
        var (member, memberFailure) = await asked.ConfigureAwait(false);
        var finding = $"{(member is null ? memberFailure!.Finding : $"Patroni says {member.RoleWord}, {member.StateWord}")}; "
            + (server is null ? serverFailure!.Finding : $"PostgreSQL is {(server.IsInRecovery ? "in recovery" : "not in recovery")}");
        var isWritable = server is { IsInRecovery: false };
        return new PrimaryLook(
            finding,
            [.. new[] { memberFailure, serverFailure }.OfType<DrException>()],
            isWritable,
            isWritable && member is { IsRunningPrimary: true } ? new PrimaryNode(node, server!.Timeline, server.Lsn!.Value, server.SystemIdentifier) : null,
            member is { IsRunningPrimary: true } ? serverFailure : null);
    }

    private static DrException NoPrimary(IEnumerable<string> findings, NodeFailures failures) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Finding the primary",
        $"no node shows itself to be a running primary ({string.Join("; ", findings)})",
        $"{failures.Remedies} Look at Get-PatroniCluster: it may be in the middle of a failover, which takes about ttl + loop_wait; if it stays so, it has to be recovered.".TrimStart());

    private static DrException SeveralPrimaries(IEnumerable<string> findings) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Finding the primary",
        $"more than one server accepts writes ({string.Join("; ", findings)})",
        "Fence all but the right one at once: the data of the two drift apart with every write.");

    private sealed record PrimaryLook(string Finding, IReadOnlyList<DrException> Failures, bool IsWritable, PrimaryNode? Primary, DrException? Unproven);
}
