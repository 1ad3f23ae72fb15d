namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What the file of trusted keys says of a host's key.</summary>
/// <param name="Trust">The judgement.</param>
/// <param name="Line">The line that it rests on; null for an unknown host.</param>
internal sealed record HostKeyVerdict(HostKeyTrust Trust, int? Line);
