namespace ZabbixDR.Engine.Deployment;

/// <summary>Does something again and again, beside other work, until it is disposed.</summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _beating;

    private Heartbeat(TimeSpan interval, Func<CancellationToken, Task> beat) => _beating = BeatAsync(interval, beat);

    /// <summary>Starts it; the first beat comes after an interval.</summary>
    /// <param name="interval">From one beat to the next; a beat that takes longer delays the next.</param>
    /// <param name="beat">What is done. It must not fail.</param>
    public static IAsyncDisposable Start(TimeSpan interval, Func<CancellationToken, Task> beat) => new Heartbeat(interval, beat);

    /// <summary>Ends it, and waits for a beat that is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _beating.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task BeatAsync(TimeSpan interval, Func<CancellationToken, Task> beat)
    {
        using var timer = new PeriodicTimer(interval);
        while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
        {
            await beat(_stop.Token).ConfigureAwait(false);
        }
    }
}
