using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;

namespace ZabbixDR.Pipeline;

/// <summary>
/// Runs an asynchronous body on the pipeline thread: every continuation after an await comes back to it, so the body may call
/// WriteObject and ShouldProcess wherever it is.
/// </summary>
internal sealed class PipelinePump : SynchronizationContext, IDisposable
{
    private readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _queue = [];

    /// <summary>Runs the body to its end and rethrows what it threw.</summary>
    public static void Run(Func<Task> body)
    {
        var previous = Current;
        using var pump = new PipelinePump();
        SetSynchronizationContext(pump);
        try
        {
            var task = body();
            _ = task.ContinueWith(_ => pump._queue.CompleteAdding(), TaskScheduler.Default);
            var failure = pump.Drain();
            task.GetAwaiter().GetResult();
            failure?.Throw();
        }
        finally
        {
            SetSynchronizationContext(previous);
        }
    }

    // A callback of its own that fails, such as progress that is written after Ctrl+C, must not end the wait for the body.
    private ExceptionDispatchInfo? Drain()
    {
        ExceptionDispatchInfo? first = null;
        foreach (var (callback, state) in _queue.GetConsumingEnumerable())
        {
            try
            {
                callback(state);
            }
            catch (Exception error)
            {
                first ??= ExceptionDispatchInfo.Capture(error);
            }
        }

        return first;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _queue.Add((d, state));
        }
        catch (Exception error) when (error is InvalidOperationException or ObjectDisposedException)
        {
            // Progress that arrives after the body's end has no reader any more.
        }
    }

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("The pipeline thread is not to be waited for by its own workers.");

    public void Dispose() => _queue.Dispose();
}
