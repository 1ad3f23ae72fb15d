using System.Management.Automation;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Sessions;

/// <summary>What a user says of logging in, as the engine takes it.</summary>
internal static class Login
{
    /// <summary>The session's access; secrets of the topology may lie in SecretManagement's vaults.</summary>
    /// <param name="credential">A user and password; null where there is none.</param>
    /// <param name="acceptNewHostKey">Whether the keys of new hosts are recorded.</param>
    public static SessionAccess With(PSCredential? credential, bool acceptNewHostKey) => new()
    {
        AcceptNewHostKey = acceptNewHostKey,
        User = credential?.UserName,
        Password = credential is null ? null : new Secret(credential.GetNetworkCredential().Password),
        Vault = new SecretManagementVault(),
    };
}
