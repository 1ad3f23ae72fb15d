using System.Management.Automation;
using ZabbixDR.Engine;

namespace ZabbixDR.Pipeline;

/// <summary>Shows what tools say while they work: warnings as warnings, the rest with -Verbose. It may be reported to from any thread.</summary>
public sealed class PipelineMessages : IProgress<OperationMessage>
{
    private readonly Cmdlet _cmdlet;
    private readonly SynchronizationContext _pipeline;

    internal PipelineMessages(Cmdlet cmdlet)
    {
        _cmdlet = cmdlet;
        _pipeline = SynchronizationContext.Current ?? throw new InvalidOperationException("Messages are taken on the pipeline thread.");
    }

    /// <inheritdoc/>
    public void Report(OperationMessage value) => _pipeline.Post(_ => Show(value), null);

    private void Show(OperationMessage message)
    {
        if (message.IsWarning)
        {
            _cmdlet.WriteWarning(message.Text);
        }
        else
        {
            _cmdlet.WriteVerbose(message.Text);
        }
    }
}
