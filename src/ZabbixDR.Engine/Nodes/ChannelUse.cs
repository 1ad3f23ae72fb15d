namespace ZabbixDR.Engine.Nodes;

/// <summary>What a program is started for, as far as the way to the node must know.</summary>
internal enum ChannelUse
{
    /// <summary>A command or a conversation: little is said, and an answer is waited for.</summary>
    Command,

    /// <summary>A stream of any length. It goes over a connection of its own, so that no command waits behind it.</summary>
    Bulk,
}
