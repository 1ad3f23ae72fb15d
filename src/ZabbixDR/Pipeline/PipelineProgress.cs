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
    private readonly ProgressRecord _record;
    private readonly SynchronizationContext _pipeline;
    private readonly bool _silent;
    private long _lastShown;
    private bool _shown;

    internal PipelineProgress(PSCmdlet cmdlet, string activity)
    {
        _cmdlet = cmdlet;
        _pipeline = SynchronizationContext.Current ?? throw new InvalidOperationException("Progress is made on the pipeline thread.");
        _record = new ProgressRecord(activity.GetHashCode(StringComparison.Ordinal) & int.MaxValue, activity, "Starting");
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
        if (_shown)
        {
            _record.RecordType = ProgressRecordType.Completed;
            _cmdlet.WriteProgress(_record);
        }
    }

    private void Show(OperationProgress value)
    {
        _shown = true;
        _record.StatusDescription = value.Status;
        _record.PercentComplete = value.Fraction is { } fraction ? (int)Math.Clamp(fraction * 100, 0, 100) : -1;
        _record.SecondsRemaining = value.Remaining is { } remaining ? (int)Math.Ceiling(remaining.TotalSeconds) : -1;
        _cmdlet.WriteProgress(_record);
    }
}
