using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations;

/// <summary>Who replicates from the primary and how far, by the primary's word and each standby's own.</summary>
public static class ReadReplication
{
    /// <summary>Reads it: a record for each standby, for each slot that nobody uses, and for each node of the topology that does not replicate.</summary>
    /// <exception cref="DrException">Those of <see cref="FindPrimary"/>, of the primary's PostgreSQL and of <see cref="INode"/>.</exception>
    public static async Task<IReadOnlyList<PgStandby>> RunAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var primary = await FindPrimary.RunAsync(deployment, cancellation).ConfigureAwait(false);
        var others = deployment.Patroni.Nodes.Where(node => node.Name != primary.Node.Name).ToList();
        var asked = Task.WhenAll(others.Select(node => DrException.TryAsync(() => ReceiverAsync(deployment, node, cancellation))));
        var told = await deployment.Postgres.GetStandbysAsync(primary.Node, primary.Timeline, cancellation).ConfigureAwait(false);
        var standbys = told.Select(standby => standby with { Node = others.FirstOrDefault(node => IsOf(standby, node))?.Name }).ToList();
        foreach (var (node, (receiver, failure)) in others.Zip(await asked.ConfigureAwait(false)))
        {
            var at = standbys.FindIndex(standby => standby.Node == node.Name && standby.State is not null and not PgReplicationState.Backup);
            at = at < 0 ? standbys.FindIndex(standby => standby.Node == node.Name) : at;
            var standby = at < 0 ? new PgStandby { Name = node.Name, Node = node.Name, Primary = primary.Node.Name, Timeline = primary.Timeline } : standbys[at];
            var word = standby with { Receiver = receiver?.Receiver, Reason = failure?.Message ?? (standby.State is null ? "The primary has no connection from it." : null) };
            if (at < 0)
            {
                standbys.Add(word);
            }
            else
            {
                standbys[at] = word;
            }
        }

        return standbys;
    }

    private static async Task<Own> ReceiverAsync(DeploymentSession deployment, INode node, CancellationToken cancellation) =>
        new(await deployment.Postgres.GetReceiverAsync(node, cancellation).ConfigureAwait(false));

    // Patroni's members connect with their name, and their slots are named so in lower case (patroni/dcs/__init__.py, slot_name_from_member_name).
    private static bool IsOf(PgStandby standby, INode node) =>
        standby.Address == node.Definition.Address || standby.Name == node.Name
        || (standby.State is null && standby.Slot == node.Name.ToLowerInvariant().Replace('-', '_').Replace('.', '_'));

    private sealed record Own(PgWalReceiver? Receiver);
}
