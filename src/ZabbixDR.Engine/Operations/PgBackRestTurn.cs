using System.Diagnostics;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// Whether no other pgBackRest works on the stanza, on any node: its own lock is local to a host, and two hosts that write into one repository
/// spoil each other's work.
/// </summary>
internal sealed record PgBackRestTurn(IReadOnlyList<RunningBackRest> Running, IReadOnlyList<DrException> Unknown)
{
    // Of a list of processes, and a look costs a command on each node.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    /// <summary>After one node has answered, how long the others have; independent of the size of anything. A dead site must not keep the other from its backup.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Looks on every node where pgBackRest works, all at once.</summary>
    public static async Task<PgBackRestTurn> LookAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        var outcomes = await NodeRace.AskAsync(
            RepositoryHost.AllWithPgBackRest(deployment), deployment.PgBackRest.RunningAsync, _ => true, Grace, cancellation).ConfigureAwait(false);
        return new PgBackRestTurn([.. outcomes.SelectMany(outcome => outcome.Value ?? [])], [.. outcomes.Select(outcome => outcome.Failure).OfType<DrException>()]);
    }

    /// <summary>Refuses where another one runs.</summary>
    /// <exception cref="DrException"><c>LockHeld</c>.</exception>
    public void Demand(string tried)
    {
        if (Running is [var other, ..])
        {
            throw PgBackRestErrors.LockHeld(tried, other, null);
        }
    }

    /// <summary>Waits until no other runs.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="tried">What shall be done then.</param>
    /// <param name="limit">The longest wait.</param>
    /// <param name="progress">Is told what is waited for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>LockHeld</c>, where one still runs at the end of the time.</exception>
    public static async Task WaitAsync(DeploymentSession deployment, string tried, TimeSpan limit, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        while ((await LookAsync(deployment, cancellation).ConfigureAwait(false)).Running is [var other, ..])
        {
            if (clock.Elapsed >= limit)
            {
                throw PgBackRestErrors.LockHeld(tried, other, limit);
            }

            progress?.Report(new OperationProgress($"Waiting for {other}", clock.Elapsed / limit, limit - clock.Elapsed));
            await Task.Delay(Interval, cancellation).ConfigureAwait(false);
        }
    }
}
