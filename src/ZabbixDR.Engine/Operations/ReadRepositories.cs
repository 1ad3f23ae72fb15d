using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations;

/// <summary>Reads the listings of the repositories, also where no primary is left.</summary>
internal static class ReadRepositories
{
    /// <summary>5 min for one listing, room for some hundred thousand files in an object store.</summary>
    public static readonly TimeSpan DefaultTimeLimit = TimeSpan.FromMinutes(5);

    /// <summary>Reads them.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="repository">One repository's number; null for all.</param>
    /// <param name="timeLimit">The longest that one listing may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>SectionMissing</c>, and those of <see cref="ReadBackups"/>.</exception>
    public static async Task<RepositoriesRead> RunAsync(DeploymentSession deployment, int? repository, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var (node, content) = await ReadBackups.WithNodeAsync(deployment, repository, PgBackRestClient.Shorter(timeLimit), cancellation).ConfigureAwait(false);
        if (node is null)
        {
            return new RepositoriesRead(null, [], content.Failures, null);
        }

        // Before the archive is listed: what is archived in between is in the list then, and is not taken for lost.
        var waiting = await WaitingAsync(deployment, node, cancellation).ConfigureAwait(false);
        var (repositories, failures) = (new List<RepositoryContent>(), new List<DrException>(content.Failures));
        foreach (var key in content.Repositories)
        {
            var (read, failure) = await DrException.TryAsync(() => deployment.PgBackRest.ListAsync(node, key, content, timeLimit, cancellation)).ConfigureAwait(false);
            if (read is not null)
            {
                repositories.Add(read);
            }
            else
            {
                failures.Add(failure!);
            }
        }

        return new RepositoriesRead(node, repositories, failures, waiting);
    }

    // The node that told is the primary where there is one; what a standby's archiver holds back says nothing.
    private static async Task<IReadOnlyList<PgWaitingWal>?> WaitingAsync(DeploymentSession deployment, INode node, CancellationToken cancellation)
    {
        if (deployment.Topology.Postgres is null)
        {
            return null;
        }

        var status = DrException.TryAsync(() => deployment.Postgres.GetStatusAsync(node, cancellation));
        var waiting = DrException.TryAsync(() => deployment.Postgres.GetWaitingWalAsync(node, cancellation));
        await Task.WhenAll(status, waiting).ConfigureAwait(false);
        return (await status.ConfigureAwait(false)).Value is { IsInRecovery: false } ? (await waiting.ConfigureAwait(false)).Value : null;
    }
}
