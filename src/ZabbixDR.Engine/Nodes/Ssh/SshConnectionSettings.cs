using Renci.SshNet;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What SSH.NET is told before it connects.</summary>
internal static class SshConnectionSettings
{
    private static readonly string[] FastCiphersLastFirst = ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com"];

    /// <summary>The settings of a connection.</summary>
    /// <param name="target">The host.</param>
    /// <param name="knownHosts">The keys that are trusted.</param>
    /// <param name="address">Where it is reached: its own address, or this end of a jump host's forward.</param>
    /// <param name="port">The port there.</param>
    /// <exception cref="DrException"><c>IdentityMissing</c>, <c>IdentityUnusable</c>.</exception>
    public static ConnectionInfo Make(SshTarget target, KnownHosts knownHosts, string address, int port)
    {
        var info = new ConnectionInfo(address, port, target.User, new PrivateKeyAuthenticationMethod(target.User, LoadKeys(target)))
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

        PreferKnownKeyTypes(info, knownHosts.KeyTypes(target.KnownAs.Name, target.KnownAs.Port));
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

    // Of several keys it is enough that one can be read: ssh's defaults are seldom all there.
    private static PrivateKeyFile[] LoadKeys(SshTarget target)
    {
        var keys = new List<PrivateKeyFile>();
        Exception? failure = null;
        foreach (var file in target.IdentityFiles)
        {
            try
            {
                keys.Add(new PrivateKeyFile(file));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or SshException)
            {
                // A key that is there and cannot be read tells more than one that is missing.
                failure = failure is null or FileNotFoundException ? error : failure;
            }
        }

        return keys.Count > 0 ? [.. keys] : throw (failure is null ? SshErrors.IdentityMissing(target) : SshErrors.IdentityUnusable(target, failure));
    }
}
