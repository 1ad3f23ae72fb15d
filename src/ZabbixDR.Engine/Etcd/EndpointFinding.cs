namespace ZabbixDR.Engine.Etcd;

/// <summary>A member as it was found, and the failure behind its state.</summary>
/// <param name="Endpoint">The member.</param>
/// <param name="Failure">What failed; null where it answered everything.</param>
internal sealed record EndpointFinding(EtcdEndpoint Endpoint, DrException? Failure);
