using System.Text;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// Records the key of a host that no file of known hosts names, where the session asked for that: trust on first use. A key that
/// differs from a listed one, and one that is revoked, is refused as ever.
/// </summary>
internal static class NewHostKeys
{
    // Nodes behind one jump host meet its new key at once: the first records it, the others find it. One lock for all files; a line
    // is written once for each new host.
    private static readonly object s_recording = new();

    /// <summary>Judges a host's key, and records it where it may be; null where it is trusted now.</summary>
    public static DrException? Refusal(SshTarget target, KnownHosts knownHosts, byte[] key)
    {
        var refusal = SshErrors.IfDistrusted(target, knownHosts, TypeOf(key), key);
        return SshErrors.IsHostKeyUnknown(refusal) && target is { Session.AcceptNewHostKey: true, KnownHostsFiles.Count: > 0 } ? Record(target, key) : refusal;
    }

    private static DrException? Record(SshTarget target, byte[] key)
    {
        lock (s_recording)
        {
            var refusal = SshErrors.IfDistrusted(target, KnownHosts.Load(target.KnownHostsFiles), TypeOf(key), key);
            if (!SshErrors.IsHostKeyUnknown(refusal))
            {
                return refusal;
            }

            var file = target.KnownHostsFiles[0];
            try
            {
                AppendedLine.Write(file, $"{KnownHosts.Load(file).NameFor(target.KnownAs.Name, target.KnownAs.Port)} {TypeOf(key)} {Convert.ToBase64String(key)}");
            }
            catch (Exception error) when (FileErrors.Knows(error))
            {
                return SshErrors.HostKeyNotRecorded(target, file, error);
            }

            target.Session.Notices.Add($"{target.Node}: the {TypeOf(key)} key {SshErrors.Fingerprint(key)} of {target.Title} was new, and is trusted from now on: it was added to {file}.");
            return null;
        }
    }

    // RFC 4253, 6.6: a key begins with its type, which the negotiated algorithm (rsa-sha2-512) need not be.
    private static string TypeOf(byte[] key) => Encoding.ASCII.GetString(new SshWire(key).String());
}
