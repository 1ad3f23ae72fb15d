namespace ZabbixDR.Engine.Etcd;

/// <summary>What a rule of retention comes to.</summary>
/// <param name="Removable">What may go, the oldest first in each place.</param>
/// <param name="Spared">What the rule meant, and stays as the newest valid one of its place, by its time or its revision.</param>
/// <param name="Failures">Why nothing is removed in a place, or what is no snapshot that is kept.</param>
public sealed record SnapshotRetentionResult(IReadOnlyList<EtcdSnapshotFile> Removable, IReadOnlyList<EtcdSnapshotFile> Spared, IReadOnlyList<DrException> Failures);
