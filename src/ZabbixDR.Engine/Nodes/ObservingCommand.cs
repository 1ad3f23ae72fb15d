namespace ZabbixDR.Engine.Nodes;

/// <summary>A command that changes nothing on the node, and so may be sent under <c>-WhatIf</c>.</summary>
public sealed record ObservingCommand : NodeCommand
{
    /// <summary>Makes the command.</summary>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    public ObservingCommand(string program, params string[] arguments)
        : base(program, arguments)
    {
    }
}
