namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What the file of trusted keys says of a host's key.</summary>
/// <param name="Trust">The judgement.</param>
/// <param name="File">The file that it rests on; null for an unknown host.</param>
/// <param name="Line">The line there; null for an unknown host.</param>
internal sealed record HostKeyVerdict(HostKeyTrust Trust, string? File, int? Line);
