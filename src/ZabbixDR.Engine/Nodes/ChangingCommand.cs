namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// A command that changes something on the node; only an <see cref="IChangingNode"/> takes it.
/// Where the caller stops waiting, by cancelling, by its time limit or by dying, the command is ended on the node too.
/// </summary>
public sealed record ChangingCommand : NodeCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public ChangingCommand(string program, params string[] arguments)
        : base(program, arguments)
    {
    }
}
