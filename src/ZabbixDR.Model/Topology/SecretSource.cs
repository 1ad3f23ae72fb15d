namespace ZabbixDR;

/// <summary>The kind of place that a secret is kept in.</summary>
public enum SecretSource
{
    /// <summary>An environment variable of the process.</summary>
    Env,

    /// <summary>The first line of a file that only its owner can read.</summary>
    File,

    /// <summary>An entry of Microsoft.PowerShell.SecretManagement.</summary>
    Vault,
}
