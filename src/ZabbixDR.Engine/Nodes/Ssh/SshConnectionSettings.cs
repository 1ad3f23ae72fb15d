using Renci.SshNet;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What SSH.NET is told before it connects.</summary>
internal static class SshConnectionSettings
{
    private static readonly string[] FastCiphersLastFirst = ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com"];

    public static ConnectionInfo Make(SshTarget target, KnownHosts knownHosts)
    {
        var info = new ConnectionInfo(target.Address, target.Port, target.User, new PrivateKeyAuthenticationMethod(target.User, LoadKey(target)))
        {
            Timeout = target.ConnectTimeout,

            // How long closing a channel waits for the other side: what Ctrl+C costs at the least.
            ChannelCloseTimeout = TimeSpan.FromMilliseconds(300),
        };

        // Half the time of the default aes128-ctr for bulk data.
        foreach (var cipher in FastCiphersLastFirst)
        {
            if (info.Encryptions.TryGetValue(cipher, out var implementation))
            {
                info.Encryptions.Remove(cipher);
                info.Encryptions.Insert(0, cipher, implementation);
            }
        }

        PreferKnownKeyTypes(info, knownHosts.KeyTypes(target.Address, target.Port));
        return info;
    }

    // Else a host that is known by its RSA key alone shows its Ed25519 key, and looks changed.
    private static void PreferKnownKeyTypes(ConnectionInfo info, IReadOnlySet<string> known)
    {
        if (known.Count == 0)
        {
            return;
        }

        foreach (var algorithm in info.HostKeyAlgorithms.Keys.Where(name => !known.Contains(KeyType(name))).ToList())
        {
            info.HostKeyAlgorithms.Remove(algorithm);
        }
    }

    private static string KeyType(string algorithm) => algorithm is "rsa-sha2-256" or "rsa-sha2-512" ? "ssh-rsa" : algorithm;

    private static PrivateKeyFile LoadKey(SshTarget target)
    {
        try
        {
            return new PrivateKeyFile(target.IdentityFile);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SshException)
        {
            throw SshErrors.IdentityUnusable(target, error);
        }
    }
}
