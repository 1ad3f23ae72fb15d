using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Locks;

/// <summary>A node whose changing commands each pass a check on the node itself before they begin; what only looks passes by it.</summary>
internal abstract class GuardedNode : IChangingNode
{
    /// <summary>Where a node keeps what is the module's own.</summary>
    public const string Folder = "/var/lib/zabbixdr";

    /// <summary>The exit code of a command that was refused, EX_TEMPFAIL of sysexits.h.</summary>
    protected const int Refused = 75;

    private readonly IChangingNode _node;
    private readonly string[] _guard;

    /// <param name="node">The node.</param>
    /// <param name="script">The check, for sh: <c>$0</c> is <see cref="Folder"/>, and it ends in running the command.</param>
    /// <param name="arguments">What the check is given before the command.</param>
    protected GuardedNode(IChangingNode node, string script, params string[] arguments)
    {
        _node = node;
        _guard = ["-c", script, Folder, .. arguments];
    }

    public DrTopologyNode Definition => _node.Definition;

    public Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation) => _node.RunAsync(command, cancellation);

    public Task<CommandResult> RunAsync(ObservingCommand command, Action<string> onLine, CancellationToken cancellation) => _node.RunAsync(command, onLine, cancellation);

    public Task<CommandResult> RunAsync(ObservingCommand command, Stream destination, CancellationToken cancellation) => _node.RunAsync(command, destination, cancellation);

    public Task<Stream> ConverseAsync(ObservingCommand command, CancellationToken cancellation) => _node.ConverseAsync(command, cancellation);

    public async Task<CommandResult> RunAsync(ChangingCommand command, CancellationToken cancellation) =>
        Judge(command, await _node.RunAsync(Guarded(command), cancellation).ConfigureAwait(false));

    public async Task<CommandResult> RunAsync(ChangingCommand command, Action<string> onLine, CancellationToken cancellation) =>
        Judge(command, await _node.RunAsync(Guarded(command), onLine, cancellation).ConfigureAwait(false));

    public Task WriteFileAsync(string path, Stream content, long length, FileAttributesOnNode attributes, TimeSpan timeLimit, CancellationToken cancellation) =>
        RunAsync(AtomicFile.Write(path, content, length, attributes) with { TimeLimit = timeLimit }, cancellation);

    /// <summary>Tells a refusal from what the command itself ended with.</summary>
    protected abstract CommandResult Judge(ChangingCommand command, CommandResult result);

    private ChangingCommand Guarded(ChangingCommand command) => new("sh", [.. _guard, command.Program, .. command.Arguments])
    {
        User = command.User,
        TimeLimit = command.TimeLimit,
        Input = command.Input,
        Use = command.Use,
        Environment = command.Environment,
        AcceptedExitCodes = [.. command.AcceptedExitCodes, Refused],
        Title = command.Title ?? command.ToString(),
    };
}
