namespace ZabbixDR;

/// <summary>One fact that a plan was made from. Where it is another one by the time that the plan runs, the plan no longer fits.</summary>
/// <param name="Name">What was looked at, such as <c>primary</c> or <c>etcd-1 data directory</c>.</param>
/// <param name="Value">What was found.</param>
public sealed record DrObservation(string Name, string Value);
