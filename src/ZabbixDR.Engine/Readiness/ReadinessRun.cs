using System.Diagnostics;
using System.Runtime.CompilerServices;
using ZabbixDR.Engine.Deployment;

namespace ZabbixDR.Engine.Readiness;

/// <summary>Runs readiness checks.</summary>
public static class ReadinessRun
{
    /// <summary>
    /// Runs the checks at the same time, each within its limit, and gives what they found in the order of <see cref="ReadinessChecks.Ids"/>.
    /// A check that could not ask its subject gives an answer with status <see cref="ReadinessStatus.Error"/>: it is never left out.
    /// </summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="ids">Which checks.</param>
    /// <param name="thresholds">What is good enough.</param>
    /// <param name="cancellation">Ends all of them.</param>
    public static async IAsyncEnumerable<ReadinessCheck> RunAsync(
        DeploymentSession deployment,
        IReadOnlyCollection<string> ids,
        ReadinessThresholds thresholds,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var context = new ReadinessContext(deployment, thresholds, stop.Token);
        var running = ReadinessChecks.With(ids).Select(check => RunAsync(check, context, stop.Token)).ToList();
        try
        {
            foreach (var check in running)
            {
                foreach (var found in await check.ConfigureAwait(false))
                {
                    yield return found;
                }
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(running)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<IReadOnlyList<ReadinessCheck>> RunAsync(IReadinessCheck check, ReadinessContext context, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var findings = await FindAsync(check, context, cancellation).ConfigureAwait(false);
        return
        [
            .. findings.Select(finding => new ReadinessCheck
            {
                Id = check.Id,
                Title = check.Title,
                Category = check.Category,
                Node = finding.Node,
                Status = finding.Status,
                Reason = finding.Reason,
                Expected = finding.Expected,
                Actual = finding.Actual,
                Remediation = finding.Remediation,
                Duration = clock.Elapsed,
            }),
        ];
    }

    private static async Task<IReadOnlyList<ReadinessFinding>> FindAsync(IReadinessCheck check, ReadinessContext context, CancellationToken cancellation)
    {
        if (check.NotApplicable(context.Deployment.Topology) is { } reason)
        {
            return [ReadinessFinding.Skipped(reason)];
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(context.Thresholds.TimeLimit);
        try
        {
            return await check.RunAsync(context, limit.Token).ConfigureAwait(false);
        }
        catch (DrException failure)
        {
            return [ReadinessFinding.Unknown(failure)];
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return
            [
                ReadinessFinding.Unknown(
                    null,
                    $"it had no answer within {Ages.Text(context.Thresholds.TimeLimit)}",
                    "See with Get-DrNode which nodes answer; -TimeLimit gives the checks longer."),
            ];
        }
    }
}
