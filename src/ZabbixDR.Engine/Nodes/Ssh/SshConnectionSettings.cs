using Renci.SshNet;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What SSH.NET is told before it connects.</summary>
internal static class SshConnectionSettings
{
    private static readonly string[] FastCiphersLastFirst = ["aes256-gcm@openssh.com", "aes128-gcm@openssh.com"];

    /// <summary>The settings of a connection.</summary>
    /// <param name="target">The host.</param>
    /// <param name="identities">The keys to offer.</param>
    /// <param name="knownHosts">The keys that are trusted.</param>
    /// <param name="address">Where it is reached: its own address, or this end of a jump host's forward.</param>
    /// <param name="port">The port there.</param>
    /// <exception cref="DrException">There is nothing to log in with.</exception>
    public static ConnectionInfo Make(SshTarget target, SshIdentities identities, KnownHosts knownHosts, string address, int port)
    {
        var info = new ConnectionInfo(address, port, target.User, [.. Methods(target, identities)])
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

    private static List<AuthenticationMethod> Methods(SshTarget target, SshIdentities identities)
    {
        var methods = new List<AuthenticationMethod>();
        if (identities.Keys.Count > 0)
        {
            methods.Add(new PrivateKeyAuthenticationMethod(target.User, [.. identities.Keys]));
        }

        if (target.Password is { } password)
        {
            methods.Add(new PasswordAuthenticationMethod(target.User, password.Reveal()));
            methods.Add(KeyboardInteractive(target.User, password));
        }

        return methods.Count > 0 ? methods : throw SshErrors.NothingToLogInWith(target, identities.Problem);
    }

    // PAM asks for the password as one hidden question; another one, such as for a code, stays without an answer.
    private static KeyboardInteractiveAuthenticationMethod KeyboardInteractive(string user, Secret password)
    {
        var method = new KeyboardInteractiveAuthenticationMethod(user);
        method.AuthenticationPrompt += (_, asked) =>
        {
            if (asked.Prompts is [{ IsEchoed: false } only])
            {
                only.Response = password.Reveal();
            }
        };
        return method;
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
}
