namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// Where and as whom to log in on a node. What the topology says wins; what it does not say comes from ssh_config(5), and what that
/// does not say is ssh's default. A jump host has its own part of ssh_config; the topology's known hosts and time limit hold for it
/// too, and its user and key where ssh_config names none.
/// </summary>
internal sealed class SshRoute
{
    private const int MaximumJumps = 8;
    private const string AgentVariable = "SSH_AUTH_SOCK";
    private static readonly TimeSpan DefaultTimeout = AccessSettings.DefaultConnectTimeout;
    private readonly string _node;
    private readonly AccessSettings _access;

    private readonly SessionAccess _session;

    private SshRoute(string node, AccessSettings access, SessionAccess session)
    {
        _node = node;
        _access = access;
        _session = session;
    }

    /// <summary>The way to a node, with its jump hosts.</summary>
    /// <exception cref="DrException">One of <see cref="SshConfigErrors"/>.</exception>
    public static SshTarget To(DrTopologyNode node, AccessSettings access, SessionAccess session)
    {
        var route = new SshRoute(node.Name, access, session);
        try
        {
            return route.Find(node.Address, route.Common with { User = route.User, Port = node.SshPort, IdentityFiles = FromTopology(access.IdentityFile) }, 0);
        }
        catch (DrException failure) when (failure.Node is null)
        {
            throw failure.At(node.Name);
        }
    }

    private string? User => _session.User ?? _access.User;

    private SshHostConfig Common => new()
    {
        KnownHostsFiles = _access.KnownHostsFile is null ? null : FromTopology(_access.KnownHostsFile),
        ConnectTimeout = _access.ConnectTimeout,
    };

    // Paths of the topology are absolute already, and nothing in them is a token.
    private static IReadOnlyList<SshConfigValue> FromTopology(string? path) =>
        path is null ? [] : [new SshConfigValue(path.Replace("%", "%%", StringComparison.Ordinal), "access")];

    private SshTarget Find(string name, SshHostConfig given, int jumps)
    {
        var config = Read(name, given);
        var address = (config.HostName ?? name).ToLowerInvariant();
        var port = config.Port ?? 22;
        var user = config.User ?? User ?? Environment.UserName;
        var remote = new Dictionary<char, string> { ['h'] = address, ['n'] = name, ['p'] = $"{port}", ['r'] = user };
        var all = new Dictionary<char, string>(remote) { ['d'] = SshTokens.Home, ['u'] = Environment.UserName };
        return new SshTarget(
            _node,
            address,
            port,
            user,
            Paths(Identities(config), all),
            Paths(config.KnownHostsFiles ?? [Default("known_hosts"), Default("known_hosts2")], all),
            config.ConnectTimeout ?? DefaultTimeout)
        {
            HostKeyAlias = config.HostKeyAlias?.ToLowerInvariant(),
            Through = config.ProxyJump is { } jump && !IsNone(jump) ? Jump(jump with { Text = SshTokens.Expand(jump, remote) }, jumps + 1) : null,
            IsJump = jumps > 0,
            Session = _session,
            Passphrase = _access.IdentityPassphrase,
            Agent = Agent(config.IdentityAgent, all),
            IdentitiesOnly = config.IdentitiesOnly ?? false,
        };
    }

    private SshHostConfig Read(string name, SshHostConfig given) => _access.SshConfigFile switch
    {
        AccessSettings.NoSshConfig => given,
        { } named => SshConfigReader.Read(named, name, given),
        null when Path.Combine(SshTokens.Home, ".ssh", "config") is var usual && File.Exists(usual) => SshConfigReader.Read(usual, name, given),
        _ => given,
    };

    // The last hop is reached through those before it; only the first one's own ProxyJump counts (ssh.c, "ssh -J first -W … last").
    private SshTarget Jump(SshConfigValue jumps, int depth)
    {
        var last = jumps.Text.LastIndexOf(',');
        if (depth > MaximumJumps)
        {
            throw SshConfigErrors.SshConfigJumpLoop(jumps);
        }

        var hop = SshJump.Parse(jumps.Text[(last + 1)..].Trim()) ?? throw SshConfigErrors.SshConfigJumpInvalid(jumps);
        return Find(hop.Host, Common with { User = hop.User, Port = hop.Port, ProxyJump = last < 0 ? null : jumps with { Text = jumps.Text[..last] } }, depth);
    }

    private IReadOnlyList<SshConfigValue> Identities(SshHostConfig config) =>
        config.IdentityFiles.Count > 0 ? config.IdentityFiles
        : _access.IdentityFile is not null ? FromTopology(_access.IdentityFile)
        : [Default("id_ed25519"), Default("id_ecdsa"), Default("id_rsa")];

    // ssh_config(5), IdentityAgent. Where nothing is said, Windows' own agent service listens on a pipe of a fixed name.
    private static string? Agent(SshConfigValue? value, Dictionary<char, string> tokens) => value?.Text switch
    {
        null => Variable(AgentVariable) ?? (OperatingSystem.IsWindows() ? SshAgent.WindowsPipe : null),
        AgentVariable => Variable(AgentVariable),
        ['$', not '{', ..] => Variable(value.Text[1..]),
        _ when IsNone(value) => null,
        _ => SshTokens.ExpandPath(value, tokens),
    };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } set ? set : null;

    private static SshConfigValue Default(string file) => new($"~/.ssh/{file}", "ssh's default");

    private static bool IsNone(SshConfigValue value) => value.Text.Equals("none", StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<string> Paths(IReadOnlyList<SshConfigValue> values, Dictionary<char, string> tokens) =>
        [.. values.Where(value => !IsNone(value)).Select(value => SshTokens.ExpandPath(value, tokens))];
}
