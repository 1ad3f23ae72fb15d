namespace ZabbixDR.Engine.Nodes;

/// <summary>Whose a file is and who may do what with it.</summary>
/// <param name="Owner">The user's name.</param>
/// <param name="Group">The group's name.</param>
/// <param name="Mode">The permission bits, 0640 or tighter for anything that may hold a secret.</param>
public sealed record FileAttributesOnNode(string Owner, string Group, UnixFileMode Mode);
