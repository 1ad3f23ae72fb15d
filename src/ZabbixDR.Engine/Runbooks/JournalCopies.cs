using System.Text;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>A run's journal: here, on the node of each step, and on one node of each site.</summary>
internal sealed class JournalCopies : IJournalCopies
{
    private readonly RunNodes _nodes;
    private readonly ILineFiles _here;
    private readonly StringBuilder _text = new();
    private readonly IProgress<OperationMessage>? _messages;

    /// <summary>Takes up a journal.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="here">The journals of this machine.</param>
    /// <param name="earlier">What stands in it already.</param>
    /// <param name="messages">Is told which copy could not be written.</param>
    public JournalCopies(RunNodes nodes, ILineFiles here, IEnumerable<JournalLine> earlier, IProgress<OperationMessage>? messages)
    {
        _nodes = nodes;
        _here = here;
        foreach (var line in earlier)
        {
            Add(line);
        }

        _messages = messages;
    }

    public async Task WriteAsync(JournalLine line, string? node, CancellationToken cancellation)
    {
        RunJournals.AppendHere(_here, line);
        Add(line);
        if (!_nodes.IsTaken || line is { Event: JournalEvent.Ended, Status: not DrStepStatus.Failed })
        {
            return;
        }

        var copies = _nodes.Witnesses.Where(witness => witness != node).Select(witness => TryCopyAsync(witness, line.Run, cancellation)).ToList();
        if (node is not null && line.Event == JournalEvent.Begun)
        {
            await CopyAsync(node, line.Run, cancellation).ConfigureAwait(false);
        }
        else if (node is not null)
        {
            // What has happened has happened: the node may be the very one that failed.
            await TryCopyAsync(node, line.Run, cancellation).ConfigureAwait(false);
        }

        await Task.WhenAll(copies).ConfigureAwait(false);
    }

    private void Add(JournalLine line) => _text.Append(line.ToJson()).Append('\n');

    private async Task TryCopyAsync(string name, string run, CancellationToken cancellation)
    {
        try
        {
            await CopyAsync(name, run, cancellation).ConfigureAwait(false);
        }
        catch (DrException failure)
        {
            _messages?.Report(new OperationMessage(true, $"The journal's copy on {name} is behind: {failure.Message}"));
        }
    }

    private Task CopyAsync(string name, string run, CancellationToken cancellation) => RunJournals.WriteOnAsync(_nodes.Change(name), run, _text.ToString(), cancellation);
}
