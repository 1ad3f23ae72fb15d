namespace ZabbixDR;

/// <summary>How nodes are reached and how commands become another user's.</summary>
public sealed record AccessSettings
{
    /// <summary>The login user on every node.</summary>
    public required string User { get; init; }

    /// <summary>The private key, an absolute path.</summary>
    public required string IdentityFile { get; init; }

    /// <summary>The file of trusted host keys, an absolute path; by default <c>~/.ssh/known_hosts</c>.</summary>
    public required string KnownHostsFile { get; init; }

    /// <summary>How a command runs as another user.</summary>
    public BecomeMethod BecomeMethod { get; init; } = BecomeMethod.Sudo;

    /// <summary>How long a node may take to accept a connection and authenticate; 10 s by default.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
