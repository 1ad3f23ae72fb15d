using System.Net.Sockets;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>What can go wrong on the way to a node.</summary>
internal static class SshErrors
{
    /// <summary>The refusal of a host's key, or null where it is trusted.</summary>
    public static DrException? IfDistrusted(SshTarget target, KnownHosts knownHosts, HostKeyEventArgs key)
    {
        var verdict = knownHosts.Judge(target.Address, target.Port, key.HostKey);
        var shown = $"it showed the {key.HostKeyName} key SHA256:{key.FingerPrintSHA256}";
        return verdict.Trust switch
        {
            HostKeyTrust.Trusted => null,
            HostKeyTrust.Unknown => HostKeyUnknown(target, $"{shown}, and {knownHosts.File} has no key of {target.Address}"),
            HostKeyTrust.Changed => HostKeyChanged(target, $"{shown}, but {knownHosts.File}:{verdict.Line} has another"),
            _ => HostKeyRevoked(target, $"{shown}, which {knownHosts.File}:{verdict.Line} revokes"),
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

    public static DrException IdentityUnusable(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Reading the private key {target.IdentityFile}",
        cause.Message,
        "Name a readable OpenSSH or PEM key without a passphrase as access.identityFile in the topology file.",
        cause);

    private static DrException HostKeyUnknown(SshTarget target, string shown) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        "Verifying the host key",
        shown,
        "Compare the fingerprint with the one on the host (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then add the key to that file.");

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
        $"Logging in as {target.User} with {target.IdentityFile}",
        cause.Message,
        $"Check that the key's public half is in {target.User}'s authorized_keys there.",
        cause);

    private static DrException NodeTimedOut(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        target.Node,
        $"Connecting to {target.Address} port {target.Port}",
        $"no answer within {target.ConnectTimeout.TotalSeconds:0.#} s",
        "Check whether the host is up, and whether the network between here and there drops packets or its SSH server hangs.",
        cause);

    private static DrException NodeUnreachable(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Unreachable,
        target.Node,
        $"Connecting to {target.Address} port {target.Port}",
        cause.Message,
        "Check that the host is up and that its SSH server runs on that port.",
        cause);
}
