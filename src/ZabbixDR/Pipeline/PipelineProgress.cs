using System.Diagnostics;
using System.Management.Automation;
using ZabbixDR.Engine;

namespace ZabbixDR.Pipeline;

/// <summary>
/// Shows an operation's progress, at most five times a second whatever its pace. It may be reported to from any thread.
/// PowerShell itself keeps silent where $ProgressPreference says so; in a console whose output goes to a file, this does.
/// </summary>
public sealed class PipelineProgress : IProgress<OperationProgress>, IDisposable
{
    private static readonly TimeSpan LeastInterval = TimeSpan.FromMilliseconds(200);
    private readonly PSCmdlet _cmdlet;
    private readonly int _id;
    private readonly string _activity;
    private readonly SynchronizationContext _pipeline;
    private readonly bool _silent;
    private long _lastShown;
    private bool _shown;
    private bool _done;

    internal PipelineProgress(PSCmdlet cmdlet, string activity)
    {
        _cmdlet = cmdlet;
        _pipeline = SynchronizationContext.Current ?? throw new InvalidOperationException("Progress is made on the pipeline thread.");
        _id = activity.GetHashCode(StringComparison.Ordinal) & int.MaxValue;
        _activity = activity;
        _silent = cmdlet.Host?.Name == "ConsoleHost" && Console.IsOutputRedirected;
    }

    /// <inheritdoc/>
    public void Report(OperationProgress value)
    {
        var last = Interlocked.Read(ref _lastShown);
        if (_silent || (last != 0 && Stopwatch.GetElapsedTime(last) < LeastInterval)
            || Interlocked.CompareExchange(ref _lastShown, Stopwatch.GetTimestamp(), last) != last)
        {
            return;
        }

        _pipeline.Post(_ => Show(value), null);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _done = true;
        if (_shown)
        {
            _cmdlet.WriteProgress(new ProgressRecord(_id, _activity, "Completed") { RecordType = ProgressRecordType.Completed });
        }
    }

    // A record of its own each time: whoever collects them keeps the object, not a copy.
    private void Show(OperationProgress value)
    {
        // What a worker posted just before the end comes after it.
        if (_done)
        {
            return;
        }

        _shown = true;
        _cmdlet.WriteProgress(new ProgressRecord(_id, _activity, value.Status)
        {
            PercentComplete = value.Fraction is { } fraction ? (int)Math.Clamp(fraction * 100, 0, 100) : -1,
            SecondsRemaining = value.Remaining is { } remaining ? (int)Math.Ceiling(remaining.TotalSeconds) : -1,
        });
    }
}
