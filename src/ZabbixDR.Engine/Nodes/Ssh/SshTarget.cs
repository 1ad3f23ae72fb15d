using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>Where and as whom to log in.</summary>
/// <param name="Node">The node that this is the way to.</param>
/// <param name="Address">The host's own name or address.</param>
/// <param name="Port">The port of its SSH server.</param>
/// <param name="User">The login user.</param>
/// <param name="IdentityFiles">The private keys, in the order in which they are offered.</param>
/// <param name="KnownHostsFiles">The files of trusted host keys.</param>
/// <param name="ConnectTimeout">How long this host may take to accept the connection and authenticate.</param>
internal sealed record SshTarget(
    string Node,
    string Address,
    int Port,
    string User,
    IReadOnlyList<string> IdentityFiles,
    IReadOnlyList<string> KnownHostsFiles,
    TimeSpan ConnectTimeout)
{
    /// <summary>What the session adds.</summary>
    public SessionAccess Session { get; init; } = new();

    /// <summary>Where the passphrase of the private keys is; null where they have none.</summary>
    public SecretReference? Passphrase { get; init; }

    /// <summary>The agent's socket or pipe; null where none is asked.</summary>
    public string? Agent { get; init; }

    /// <summary>Whether the agent's keys are offered only where a key file names them.</summary>
    public bool IdentitiesOnly { get; init; }

    /// <summary>The password; null where there is none for this user.</summary>
    public Secret? Password => User == Session.User ? Session.Password : null;

    /// <summary>The name that the host's key is filed under, where it is not its address.</summary>
    public string? HostKeyAlias { get; init; }

    /// <summary>The jump host through which it is reached; null where directly.</summary>
    public SshTarget? Through { get; init; }

    /// <summary>True where this host is itself a jump host.</summary>
    public bool IsJump { get; init; }

    /// <summary>The host's name and port in the files of trusted keys: an alias stands there without a port.</summary>
    public (string Name, int Port) KnownAs => HostKeyAlias is { } alias ? (alias, 22) : (Address, Port);

    /// <summary>The host in a sentence.</summary>
    public string Title => $"{(IsJump ? "the jump host " : "")}{Address} port {Port}{(Through is { } jump ? $" through {jump.Address}" : "")}";
}
