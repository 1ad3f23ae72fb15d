using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>Reads what the repositories hold, also where no primary is left: it is then that one wants to know.</summary>
public static class ReadBackups
{
    /// <summary>Asks the primary or, where none can be found, the first node with role postgres or repository that answers.</summary>
    /// <returns>What that node told; where none answers, no sets and the failure of each.</returns>
    /// <exception cref="DrException"><c>SectionMissing</c>, and where there is a primary those of <see cref="PgBackRestClient.ReadAsync"/>.</exception>
    public static async Task<StanzaContent> FromAnyNodeAsync(DeploymentSession deployment, int? repository, CancellationToken cancellation)
    {
        var client = deployment.PgBackRest;
        if (await LeaderAsync(deployment, cancellation).ConfigureAwait(false) is { } leader)
        {
            return await client.ReadAsync(leader, repository, cancellation).ConfigureAwait(false);
        }

        var outcomes = await NodeRace.AskAsync(
            [.. deployment.Nodes.All.Where(HasPgBackRest)],
            (node, token) => client.ReadAsync(node, repository, token),
            _ => true,
            TimeSpan.Zero,
            cancellation).ConfigureAwait(false);
        return outcomes.Select(outcome => outcome.Value).FirstOrDefault(content => content is not null)
            ?? new StanzaContent([], [.. outcomes.Select(outcome => outcome.Failure!)]);
    }

    private static bool HasPgBackRest(INode node) => node.Definition.Roles.Any(role => role is NodeRole.Postgres or NodeRole.Repository);

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
