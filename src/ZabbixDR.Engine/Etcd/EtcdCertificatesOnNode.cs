namespace ZabbixDR.Engine.Etcd;

/// <summary>The files on a node with which it speaks to etcd; null where it needs none.</summary>
/// <param name="CaFile">The certificate authority.</param>
/// <param name="CertFile">The client certificate.</param>
/// <param name="KeyFile">Its key.</param>
public sealed record EtcdCertificatesOnNode(string? CaFile, string? CertFile, string? KeyFile);
