namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>Where and as whom to log in.</summary>
internal sealed record SshTarget(
    string Node,
    string Address,
    int Port,
    string User,
    string IdentityFile,
    string KnownHostsFile,
    TimeSpan ConnectTimeout);
