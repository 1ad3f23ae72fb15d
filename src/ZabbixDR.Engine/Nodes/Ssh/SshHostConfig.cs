namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What is said of one host, by ssh_config(5) or by what stands before it; null where nothing is.</summary>
internal sealed record SshHostConfig
{
    /// <summary>The real name or address, its tokens expanded.</summary>
    public string? HostName { get; init; }

    /// <summary>The login user.</summary>
    public string? User { get; init; }

    /// <summary>The port of the SSH server.</summary>
    public int? Port { get; init; }

    /// <summary>The private keys, in the order in which they are offered. <c>none</c> is one that does not exist.</summary>
    public IReadOnlyList<SshConfigValue> IdentityFiles { get; init; } = [];

    /// <summary>Whether an agent's keys are offered only where a key file names them.</summary>
    public bool? IdentitiesOnly { get; init; }

    /// <summary>The agent: its socket, a variable's name, or <c>none</c>.</summary>
    public SshConfigValue? IdentityAgent { get; init; }

    /// <summary>The jump hosts, parted by commas, the first one first; or <c>none</c>.</summary>
    public SshConfigValue? ProxyJump { get; init; }

    /// <summary>The files of trusted host keys; <c>none</c> is none.</summary>
    public IReadOnlyList<SshConfigValue>? KnownHostsFiles { get; init; }

    /// <summary>The name that the host's key is filed under.</summary>
    public string? HostKeyAlias { get; init; }

    /// <summary>How long connecting may take.</summary>
    public TimeSpan? ConnectTimeout { get; init; }
}
