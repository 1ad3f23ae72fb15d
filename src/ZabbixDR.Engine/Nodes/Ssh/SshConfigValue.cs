namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>A value as it was written, and where.</summary>
/// <param name="Text">The value, its tokens not yet expanded.</param>
/// <param name="Place">The file and line, or the topology's key.</param>
internal sealed record SshConfigValue(string Text, string Place);
