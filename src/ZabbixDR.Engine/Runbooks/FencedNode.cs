using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// A node in the hands of a run: each command that changes something is run only while the node's fencing number is the run's own, and holds
/// the node's lock shared as long as it runs, so that who takes the lock over waits for its end.
/// </summary>
internal sealed class FencedNode : IChangingNode
{
    /// <summary>The exit code of a command that was refused, EX_TEMPFAIL of sysexits.h.</summary>
    private const int Refused = 75;

    // The folder and the file are open to all, since the command may run as any user. flock(1) is of util-linux.
    private const string Script =
        """
        fence=$1; shift
        exec 9<"$0/fence" || exit 75
        flock -s 9
        read -r now <&9 && [ "$now" = "$fence" ] || { echo "the fencing number is ${now:-gone}, and this run's is $fence" >&2; exit 75; }
        exec "$@"
        """;

    private readonly IChangingNode _node;
    private readonly long _fence;

    public FencedNode(IChangingNode node, long fence)
    {
        _node = node;
        _fence = fence;
    }

    public DrTopologyNode Definition => _node.Definition;

    public Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation) => _node.RunAsync(command, cancellation);

    public Task<CommandResult> RunAsync(ObservingCommand command, Action<string> onLine, CancellationToken cancellation) => _node.RunAsync(command, onLine, cancellation);

    public Task<CommandResult> RunAsync(ObservingCommand command, Stream destination, CancellationToken cancellation) => _node.RunAsync(command, destination, cancellation);

    public Task<Stream> ConverseAsync(ObservingCommand command, CancellationToken cancellation) => _node.ConverseAsync(command, cancellation);

    public async Task<CommandResult> RunAsync(ChangingCommand command, CancellationToken cancellation) =>
        Judge(command, await _node.RunAsync(Fenced(command), cancellation).ConfigureAwait(false));

    public async Task<CommandResult> RunAsync(ChangingCommand command, Action<string> onLine, CancellationToken cancellation) =>
        Judge(command, await _node.RunAsync(Fenced(command), onLine, cancellation).ConfigureAwait(false));

    public Task WriteFileAsync(string path, Stream content, long length, FileAttributesOnNode attributes, TimeSpan timeLimit, CancellationToken cancellation) =>
        RunAsync(AtomicFile.Write(path, content, length, attributes) with { TimeLimit = timeLimit }, cancellation);

    private ChangingCommand Fenced(ChangingCommand command) =>
        new("sh", ["-c", Script, NodeLock.Folder, _fence.ToString(CultureInfo.InvariantCulture), command.Program, .. command.Arguments])
        {
            User = command.User,
            TimeLimit = command.TimeLimit,
            Input = command.Input,
            Environment = command.Environment,
            AcceptedExitCodes = [.. command.AcceptedExitCodes, Refused],
            Title = command.Title ?? command.ToString(),
        };

    private CommandResult Judge(ChangingCommand command, CommandResult result) =>
        result.ExitCode == Refused && !command.AcceptedExitCodes.Contains(Refused) ? throw RunFencedOut(command, result.Error.Trim()) : result;

    private DrException RunFencedOut(ChangingCommand command, string said) => DrException.Of(
        DrErrorKind.Busy,
        Definition.Name,
        $"Running {command.Title ?? command.ToString()}",
        $"{said}; the command did not run",
        "Another run has taken this node over, or the lock was removed: look at Get-DrLock and Get-DrRun.");
}
