using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Nodes;

/// <summary>What a session adds to what the topology says of access.</summary>
public sealed class SessionAccess
{
    /// <summary>Whether the key of a host that no file of known hosts names is recorded, instead of refused.</summary>
    public bool AcceptNewHostKey { get; init; }

    /// <summary>The login user, which goes before the topology's; null where the topology's holds.</summary>
    public string? User { get; init; }

    /// <summary>That user's password, tried after all keys; null where there is none.</summary>
    public Secret? Password { get; init; }

    /// <summary>Reads <c>vault:</c>; null where there is no vault.</summary>
    public ISecretVault? Vault { get; init; }

    /// <summary>What the user must be told.</summary>
    public SessionNotices Notices { get; } = new();

    /// <summary>Finds the secrets that the topology refers to.</summary>
    public SecretReader Secrets => new(Vault);
}
