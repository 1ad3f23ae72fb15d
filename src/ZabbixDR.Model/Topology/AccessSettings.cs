namespace ZabbixDR;

/// <summary>
/// How nodes are reached and how commands become another user's. What is null here is as ssh_config(5) says for the node's address,
/// and where that says nothing, as <c>ssh</c> does by default.
/// </summary>
public sealed record AccessSettings
{
    /// <summary>In <see cref="SshConfigFile"/>: no file is read.</summary>
    public const string NoSshConfig = "none";

    /// <summary>How long a node may take to accept a connection and authenticate where nothing is said of it: 10 s.</summary>
    public static TimeSpan DefaultConnectTimeout { get; } = TimeSpan.FromSeconds(10);

    /// <summary>The login user on every node.</summary>
    public string? User { get; init; }

    /// <summary>The private key, an absolute path.</summary>
    public string? IdentityFile { get; init; }

    /// <summary>Where the passphrase of the private key is; null where it has none, or an agent holds the key.</summary>
    public SecretReference? IdentityPassphrase { get; init; }

    /// <summary>The file of trusted host keys, an absolute path.</summary>
    public string? KnownHostsFile { get; init; }

    /// <summary>The file in the format of ssh_config(5), an absolute path or <c>none</c>; null is <c>~/.ssh/config</c> where it exists.</summary>
    public string? SshConfigFile { get; init; }

    /// <summary>How a command runs as another user.</summary>
    public BecomeMethod BecomeMethod { get; init; } = BecomeMethod.Sudo;

    /// <summary>Where the password that sudo asks the login user for is found; null where its rules ask for none.</summary>
    public SecretReference? BecomePassword { get; init; }

    /// <summary>How long a node, and each jump host before it, may take to accept a connection and authenticate.</summary>
    public TimeSpan? ConnectTimeout { get; init; }
}
