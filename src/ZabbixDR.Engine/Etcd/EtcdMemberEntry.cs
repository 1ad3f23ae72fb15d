namespace ZabbixDR.Engine.Etcd;

/// <summary>A member in etcd's own list.</summary>
/// <param name="Name">Its name; empty where it was added and has never started.</param>
/// <param name="ClientUrls">Where it says that clients reach it.</param>
public sealed record EtcdMemberEntry(string Name, IReadOnlyList<string> ClientUrls);
