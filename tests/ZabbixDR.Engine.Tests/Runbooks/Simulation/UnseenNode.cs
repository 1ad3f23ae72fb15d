using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>A node that one operator does not reach.</summary>
internal sealed class UnseenNode(DrTopologyNode definition) : IChangingNode
{
    public DrTopologyNode Definition => definition;

    public Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation) => Task.FromException<CommandResult>(Failure());

    public Task<CommandResult> RunAsync(ObservingCommand command, Action<string> onLine, CancellationToken cancellation) => Task.FromException<CommandResult>(Failure());

    public Task<CommandResult> RunAsync(ObservingCommand command, Stream destination, CancellationToken cancellation) => Task.FromException<CommandResult>(Failure());

    public Task<CommandResult> RunAsync(ChangingCommand command, CancellationToken cancellation) => Task.FromException<CommandResult>(Failure());

    public Task<CommandResult> RunAsync(ChangingCommand command, Action<string> onLine, CancellationToken cancellation) => Task.FromException<CommandResult>(Failure());

    public Task<Stream> ConverseAsync(ObservingCommand command, CancellationToken cancellation) => Task.FromException<Stream>(Failure());

    public Task WriteFileAsync(string path, Stream content, long length, FileAttributesOnNode attributes, TimeSpan timeLimit, CancellationToken cancellation) => Task.FromException(Failure());

    private DrException Failure() => DrException.Of(DrErrorKind.Unreachable, definition.Name, "Connecting", "nothing answers", "It is out of sight.");
}
