using System.Net.Sockets;
using System.Security.Cryptography;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What can go wrong on the way to a node.</summary>
internal static class SshErrors
{
    /// <summary>The refusal of a host's key, or null where it is trusted.</summary>
    public static DrException? IfDistrusted(SshTarget target, KnownHosts knownHosts, string keyType, byte[] key)
    {
        var verdict = knownHosts.Judge(target.KnownAs.Name, target.KnownAs.Port, key);
        var shown = $"{(target.IsJump ? $"the jump host {target.Address}" : "it")} showed the {keyType} key SHA256:{Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=')}";
        return verdict.Trust switch
        {
            HostKeyTrust.Trusted => null,
            HostKeyTrust.Unknown => HostKeyUnknown(target, $"{shown}, and {Files(knownHosts)} has no key of {target.KnownAs.Name}"),
            HostKeyTrust.Changed => HostKeyChanged(target, $"{shown}, but {verdict.File}:{verdict.Line} has another"),
            HostKeyTrust.CertificateOnly => HostKeyCertificateUnsupported(target, $"{shown}, and {verdict.File}:{verdict.Line} trusts a certificate authority for it; certificates are not supported"),
            _ => HostKeyRevoked(target, $"{shown}, which {verdict.File}:{verdict.Line} revokes"),
        };
    }

    /// <summary>The engine's error for what the SSH library threw while connecting.</summary>
    public static DrException From(SshTarget target, Exception error) => error switch
    {
        DrException known => known,
        SshAuthenticationException => LoginRefused(target, error),
        OperationCanceledException or SshOperationTimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut } => NodeTimedOut(target, error),
        _ => NodeUnreachable(target, error),
    };

    public static DrException IdentityMissing(SshTarget target) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Logging in as {target.User} at {target.Title}",
        "ssh_config names no private key for it (IdentityFile none)",
        "Name a key as access.identityFile in the topology file, or as IdentityFile in ssh_config.");

    public static DrException IdentityUnusable(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Reading the private key {Keys(target)}",
        cause.Message,
        "Name a readable OpenSSH or PEM key without a passphrase as access.identityFile in the topology file, or as IdentityFile in ssh_config.",
        cause);

    private static DrException HostKeyUnknown(SshTarget target, string shown) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        "Verifying the host key",
        shown,
        "Compare the fingerprint with the one on the host (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then add the key to that file.");

    private static DrException HostKeyCertificateUnsupported(SshTarget target, string shown) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        "Verifying the host key",
        shown,
        "Compare the fingerprint with the one on the host (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then add the key itself to that file.");

    private static DrException HostKeyChanged(SshTarget target, string shown) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        "Verifying the host key",
        shown,
        "The host was reinstalled, or another machine answers at its address: find out which before you change that line.");

    private static DrException HostKeyRevoked(SshTarget target, string shown) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        "Verifying the host key",
        shown,
        "Do not use this host until it has a new key.");

    private static DrException LoginRefused(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Logging in as {target.User}{(target.IsJump ? $" at {target.Title}" : "")} with {Keys(target)}",
        cause.Message,
        $"Check that the key's public half is in {target.User}'s authorized_keys there.",
        cause);

    private static DrException NodeTimedOut(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        target.Node,
        $"Connecting to {target.Title}",
        $"no answer within {target.ConnectTimeout.TotalSeconds:0.#} s",
        "Check whether the host is up, and whether the network between here and there drops packets or its SSH server hangs.",
        cause);

    private static DrException NodeUnreachable(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Unreachable,
        target.Node,
        $"Connecting to {target.Title}",
        cause.Message,
        "Check that the host is up and that its SSH server runs on that port.",
        cause);

    private static string Keys(SshTarget target) => string.Join(", ", target.IdentityFiles);

    private static string Files(KnownHosts knownHosts) => knownHosts.Files.Count > 0 ? string.Join(", ", knownHosts.Files) : "no file of known hosts";
}
