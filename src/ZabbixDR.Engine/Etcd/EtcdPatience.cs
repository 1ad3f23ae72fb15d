using System.Diagnostics;

namespace ZabbixDR.Engine.Etcd;

/// <summary>Asks etcd again for what it refuses only for now.</summary>
internal static class EtcdPatience
{
    // etcd takes no change of its members before all voters have been connected for five seconds (server.go, HealthInterval): as
    // many again for each of a few that were just started. It does not grow with the data.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    /// <summary>Repeats a change of the members while etcd says that its cluster is not healthy.</summary>
    /// <exception cref="DrException"><c>EtcdMembersUnsettled</c>, after 30 s; those of the change.</exception>
    public static Task WhileUnsettledAsync(Func<Task> change, CancellationToken cancellation) =>
        WhileAsync(nameof(EtcdErrors.EtcdMembersUnsettled), s_settling, change, () => Task.CompletedTask, cancellation);

    /// <summary>Repeats the promotion of a learner while it has not caught up.</summary>
    /// <param name="limit">How long; it grows with the data that the learner has to take.</param>
    /// <param name="promotion">The promotion.</param>
    /// <param name="wait">What is done before each further try.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="DrException"><c>EtcdLearnerBehind</c>, after the limit; those of the promotion.</exception>
    public static Task WhileBehindAsync(TimeSpan limit, Func<Task> promotion, Func<Task> wait, CancellationToken cancellation) =>
        WhileAsync(nameof(EtcdErrors.EtcdLearnerBehind), limit, promotion, wait, cancellation);

    private static async Task WhileAsync(string refusal, TimeSpan limit, Func<Task> change, Func<Task> wait, CancellationToken cancellation)
    {
        for (var clock = Stopwatch.StartNew(); ;)
        {
            try
            {
                await change().ConfigureAwait(false);
                return;
            }
            catch (DrException failure) when (failure.Id == refusal && clock.Elapsed < limit)
            {
                await Task.Delay(s_interval, cancellation).ConfigureAwait(false);
                await wait().ConfigureAwait(false);
            }
        }
    }
}
