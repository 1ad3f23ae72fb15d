using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Locks;

/// <summary>
/// A node in the hands of work that may go on beside other work, but not beside a run of a runbook, such as a backup: each command that
/// changes something holds the node's lock shared as long as it runs, and does not begin where a run holds it. A run that wants the node
/// meanwhile is refused there.
/// </summary>
/// <remarks>The lock is flock(2) on a file of the node, so that it ends with the command, whatever becomes of the management host.</remarks>
public sealed class SharedNode : IChangingNode
{
    /// <summary>Where a node keeps what is the module's own.</summary>
    internal const string Folder = "/var/lib/zabbixdr";

    // EX_TEMPFAIL of sysexits.h; a command may end with it too, hence the word before it.
    private const int Refused = 75;
    private const string RefusedWord = "zabbixdr-held-by ";

    private const string Script =
        """
        exec 9<"$0/fence" || exit 75
        flock -s 9
        if [ -s "$0/lock" ]; then printf 'zabbixdr-held-by ' >&2; cat "$0/lock" >&2; exit 75; fi
        exec "$@"
        """;

    private readonly IChangingNode _node;

    private SharedNode(IChangingNode node) => _node = node;

    /// <inheritdoc/>
    public DrTopologyNode Definition => _node.Definition;

    /// <summary>Takes a node into such hands: the file that is locked is made there, where no run ever made it.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<SharedNode> OfAsync(IChangingNode node, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(node);
        await node.RunAsync(new ChangingCommand("sh", "-c", "umask 022; mkdir -p \"$0\" && : >>\"$0/fence\"", Folder) { User = "root", Title = "the making of the lock's file" }, cancellation).ConfigureAwait(false);
        return new SharedNode(node);
    }

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation) => _node.RunAsync(command, cancellation);

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(ObservingCommand command, Action<string> onLine, CancellationToken cancellation) => _node.RunAsync(command, onLine, cancellation);

    /// <inheritdoc/>
    public Task<CommandResult> RunAsync(ObservingCommand command, Stream destination, CancellationToken cancellation) => _node.RunAsync(command, destination, cancellation);

    /// <inheritdoc/>
    public Task<Stream> ConverseAsync(ObservingCommand command, CancellationToken cancellation) => _node.ConverseAsync(command, cancellation);

    /// <inheritdoc/>
    /// <exception cref="DrException"><c>RunHoldsNode</c>.</exception>
    public async Task<CommandResult> RunAsync(ChangingCommand command, CancellationToken cancellation) =>
        Judge(command, await _node.RunAsync(Held(command), cancellation).ConfigureAwait(false));

    /// <inheritdoc/>
    /// <exception cref="DrException"><c>RunHoldsNode</c>.</exception>
    public async Task<CommandResult> RunAsync(ChangingCommand command, Action<string> onLine, CancellationToken cancellation) =>
        Judge(command, await _node.RunAsync(Held(command), onLine, cancellation).ConfigureAwait(false));

    /// <inheritdoc/>
    public Task WriteFileAsync(string path, Stream content, long length, FileAttributesOnNode attributes, TimeSpan timeLimit, CancellationToken cancellation) =>
        RunAsync(AtomicFile.Write(path, content, length, attributes) with { TimeLimit = timeLimit }, cancellation);

    private static ChangingCommand Held(ChangingCommand command) =>
        new("sh", ["-c", Script, Folder, command.Program, .. command.Arguments])
        {
            User = command.User,
            TimeLimit = command.TimeLimit,
            Input = command.Input,
            Environment = command.Environment,
            AcceptedExitCodes = [.. command.AcceptedExitCodes, Refused],
            Title = command.Title ?? command.ToString(),
        };

    private CommandResult Judge(ChangingCommand command, CommandResult result)
    {
        var at = result.Error.IndexOf(RefusedWord, StringComparison.Ordinal);
        return result.ExitCode == Refused && (at >= 0 || !command.AcceptedExitCodes.Contains(Refused))
            ? throw RunHoldsNode(command, at < 0 ? result.Error.Trim() : result.Error[(at + RefusedWord.Length)..].Trim())
            : result;
    }

    private DrException RunHoldsNode(ChangingCommand command, string owner) => DrException.Of(
        DrErrorKind.Busy,
        Definition.Name,
        $"Running {command.Title ?? command.ToString()}",
        $"a run of a runbook holds the deployment's lock ({owner}); the command did not run",
        "Wait for the run's end: Get-DrRun shows how it stands, and Resume-DrRun goes on with one that broke off. Remove-DrLock gives it up.");
}
