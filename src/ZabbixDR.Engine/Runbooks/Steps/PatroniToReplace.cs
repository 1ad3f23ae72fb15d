using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A Patroni that is to be frozen and then replaced.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="IsWritable">Whether its PostgreSQL takes writes now.</param>
/// <param name="Timeline">Its timeline; 0 where PostgreSQL could not be asked.</param>
/// <param name="Position">Its position in the WAL; 0 likewise.</param>
/// <param name="SystemIdentifier">Its database's system identifier; null likewise.</param>
internal sealed record PatroniToReplace(INode Node, string Unit, bool IsWritable, int Timeline, long Position, string? SystemIdentifier)
{
    /// <summary>What a plan says of it. A standby's timeline is that of its last restart point, and follows some time after a promotion: it is left out.</summary>
    public string Found => SystemIdentifier is null
        ? "does not answer"
        : IsWritable ? $"database {SystemIdentifier}, takes writes, timeline {Timeline.ToString(CultureInfo.InvariantCulture)}" : $"database {SystemIdentifier}, takes no writes";

    /// <summary>Asks PostgreSQL what it is.</summary>
    /// <returns>Null where it is down, or accepts no connection: it takes no writes.</returns>
    /// <exception cref="DrException">Why it could not be asked, where it may well take writes: its node cannot be reached, its connections are exhausted, it refuses us.</exception>
    public static async Task<PostgresStatus?> AskAsync(PostgresClient postgres, INode node, CancellationToken cancellation)
    {
        var (status, failure) = await DrException.TryAsync(() => postgres.GetStatusAsync(node, cancellation)).ConfigureAwait(false);
        return failure is null or { Id: "PostgresNotRunning" or "PostgresNotAccepting" } ? status : throw failure;
    }
}
