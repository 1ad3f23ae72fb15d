using System.Diagnostics;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Operations;

/// <summary>A member of the Patroni cluster with the node that it runs on.</summary>
/// <param name="Member">The member, as it was just found.</param>
/// <param name="Node">Its node.</param>
internal sealed record PatroniTarget(PatroniMember Member, INode Node)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    /// <summary>True where it leads, by the DCS or by its own word.</summary>
    public bool Leads => Member.IsPrimary || Member.Role is PatroniRole.Leader or PatroniRole.StandbyLeader;

    /// <summary>The member of that name.</summary>
    /// <exception cref="DrException"><c>PatroniMemberUnknown</c>.</exception>
    public static PatroniTarget Of(DeploymentSession deployment, PatroniCluster cluster, string name) =>
        cluster.Members.FirstOrDefault(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase)) is { } found
        && deployment.Patroni.Nodes.FirstOrDefault(node => node.Name == found.Name || node.Definition.Address == found.Host) is { } node
            ? new PatroniTarget(found, node)
            : throw PatroniMemberUnknown(cluster, name);

    /// <summary>Asks the member again and again until its answer will do; what fails meanwhile is an answer too.</summary>
    /// <returns>That answer; null where the time was over.</returns>
    public static async Task<PatroniStatus?> UntilAsync(
        PatroniClient patroni, INode node, Func<PatroniStatus, Task<bool>> isEnough, TimeSpan limit, Action<string> report, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < limit; await Task.Delay(s_pause, cancellation).ConfigureAwait(false))
        {
            var (status, failure) = await DrException.TryAsync(() => patroni.GetStatusAsync(node, cancellation)).ConfigureAwait(false);
            if (status is not null && await isEnough(status).ConfigureAwait(false))
            {
                return status;
            }

            report(status is null ? failure!.Message : $"{node.Name}: {status.RoleWord}, {status.StateWord}");
        }

        return null;
    }

    /// <summary>Whether PostgreSQL on the node receives a stream, by its own word.</summary>
    public static async Task<bool> IsStreamingAsync(DeploymentSession deployment, INode node, CancellationToken cancellation) =>
        (await DrException.TryAsync(async () => await deployment.Postgres.GetReceiverAsync(node, cancellation).ConfigureAwait(false) ?? new PgWalReceiver { Status = "none" }).ConfigureAwait(false))
        .Value is { Status: "streaming" };

    private static DrException PatroniMemberUnknown(PatroniCluster cluster, string name) => DrException.Of(
        DrErrorKind.NotFound,
        null,
        $"Looking for the member {name} of {cluster.Scope}",
        "neither the cluster nor the topology has one of that name",
        $"There are: {string.Join(", ", cluster.Members.Select(member => member.Name))}.");
}
