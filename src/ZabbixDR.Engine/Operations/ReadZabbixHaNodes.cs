using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Zabbix;

namespace ZabbixDR.Engine.Operations;

/// <summary>Reads Zabbix's HA nodes from the primary's database; where there is no primary, from any server that answers, a standby as a rule.</summary>
public static class ReadZabbixHaNodes
{
    /// <summary>Reads them.</summary>
    /// <exception cref="DrException">
    /// <c>SeveralPrimaries</c>; <c>NoPrimary</c>, where no server answers at all; those of the database and of <see cref="INode"/>.
    /// </exception>
    public static async Task<ZabbixHaReading> RunAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        PrimaryNode primary;
        try
        {
            primary = await FindPrimary.RunAsync(deployment, cancellation).ConfigureAwait(false);
        }
        catch (DrException failure) when (failure.Id == FindPrimary.NoneId || failure.Kind is DrErrorKind.Unreachable or DrErrorKind.Timeout or DrErrorKind.Busy)
        {
            return await FromAnyAsync(deployment, failure, cancellation).ConfigureAwait(false);
        }

        return new ZabbixHaReading(await ReadAsync(deployment, primary.Node, cancellation).ConfigureAwait(false), null);
    }

    private static async Task<ZabbixHaReading> FromAnyAsync(DeploymentSession deployment, DrException noPrimary, CancellationToken cancellation)
    {
        var outcomes = await NodeRace.AskAsync(
            deployment.Patroni.Nodes,
            (node, token) => ReadAsync(deployment, node, token),
            _ => true,
            TimeSpan.Zero,
            cancellation).ConfigureAwait(false);
        return outcomes.FirstOrDefault(outcome => outcome.Value is not null) is { } read
            ? new ZabbixHaReading(read.Value!, $"There is no primary: this is what PostgreSQL on {read.Node.Name} holds, and may be out of date. {noPrimary.Message}")
            : throw noPrimary;
    }

    private static async Task<IReadOnlyList<ZabbixHaNode>> ReadAsync(DeploymentSession deployment, INode node, CancellationToken cancellation)
    {
        var session = await deployment.Postgres.OpenAsync(node, null, cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await ZabbixDatabase.ReadHaNodesAsync(session.Connection, node.Name, cancellation).ConfigureAwait(false);
        }
    }
}
