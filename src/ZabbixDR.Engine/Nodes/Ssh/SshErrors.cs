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
        var shown = $"{(target.IsJump ? $"the jump host {target.Address}" : "it")} showed the {keyType} key {Fingerprint(key)}";
        return verdict.Trust switch
        {
            HostKeyTrust.Trusted => null,
            HostKeyTrust.Unknown => HostKeyUnknown(target, $"{shown}, and {Files(knownHosts)} has no key of {target.KnownAs.Name}"),
            HostKeyTrust.Changed => HostKeyChanged(target, $"{shown}, but {verdict.File}:{verdict.Line} has another"),
            HostKeyTrust.CertificateOnly => HostKeyCertificateUnsupported(target, $"{shown}, and {verdict.File}:{verdict.Line} trusts a certificate authority for it; certificates are not supported"),
            _ => HostKeyRevoked(target, $"{shown}, which {verdict.File}:{verdict.Line} revokes"),
        };
    }

    /// <summary>A key's fingerprint as ssh-keygen prints it.</summary>
    public static string Fingerprint(byte[] key) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(key)).TrimEnd('=')}";

    /// <summary>True where no file knows the host.</summary>
    public static bool IsHostKeyUnknown(DrException? refusal) => refusal?.Id == nameof(HostKeyUnknown);

    /// <summary>The engine's error for what the SSH library threw while connecting.</summary>
    /// <param name="target">The host.</param>
    /// <param name="error">What was thrown.</param>
    /// <param name="missed">Why a key was not offered; null where all were.</param>
    public static DrException From(SshTarget target, Exception error, Exception? missed = null) => error switch
    {
        DrException known => known,
        SshAgentException => AgentRefused(target, error),
        SshAuthenticationException => LoginRefused(target, error, missed),
        OperationCanceledException or SshOperationTimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut } => NodeTimedOut(target, error),
        _ => NodeUnreachable(target, error),
    };

    /// <summary>The error where neither a key nor a password is left.</summary>
    public static DrException NothingToLogInWith(SshTarget target, Exception? problem) => problem switch
    {
        null => IdentityMissing(target),
        DrException known => known.Node is null ? known.At(target.Node) : known,
        _ => IdentityUnusable(target, problem),
    };

    public static DrException IdentityLocked(SshTarget target, string file) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Reading the private key {file}",
        "it is encrypted, and no passphrase is known",
        "Say where the passphrase is, as access.identityPassphrase in the topology file (env:NAME, file:PATH or vault:NAME), or add the key to ssh-agent.");

    // Without the cause: what a decoder says of wrongly decrypted bytes helps nobody.
    public static DrException IdentityPassphraseWrong(SshTarget target, string file, SecretReference passphrase) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Reading the private key {file}",
        $"the passphrase from {passphrase} does not open it",
        "Correct the passphrase there, or name another place as access.identityPassphrase in the topology file; ssh-keygen -y -f tries one.");

    public static DrException HostKeyNotRecorded(SshTarget target, string file, Exception cause) => DrException.Of(
        DrErrorKind.Permission,
        target.Node,
        $"Recording the new host key of {target.Title}",
        $"{file} on this machine: {cause.Message}",
        "Make that file writable, or name another as access.knownHostsFile in the topology file. Nobody logged in.",
        cause);

    private static DrException IdentityMissing(SshTarget target) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Logging in as {target.User} at {target.Title}",
        "there is no private key for it, in a file or in an agent, and no password",
        "Name a key as access.identityFile in the topology file or as IdentityFile in ssh_config, add one to ssh-agent, or connect with Connect-DrDeployment -Credential.");

    private static DrException IdentityUnusable(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Reading the private key {Keys(target)}",
        cause.Message,
        "Name a readable OpenSSH or PEM key as access.identityFile in the topology file or as IdentityFile in ssh_config, or add one to ssh-agent.",
        cause);

    private static DrException AgentRefused(SshTarget target, Exception cause) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Logging in as {target.User} at {target.Title} with a key of the agent",
        cause.Message,
        "Look with ssh-add -l whether the agent is locked or wants a confirmation.",
        cause);

    private static DrException HostKeyUnknown(SshTarget target, string shown) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        "Verifying the host key",
        shown,
        "Compare the fingerprint with the one on the host (ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub), then add the key to that file, or connect with Connect-DrDeployment -AcceptNewHostKey.");

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

    private static DrException LoginRefused(SshTarget target, Exception cause, Exception? missed) => DrException.Of(
        DrErrorKind.Authentication,
        target.Node,
        $"Logging in as {target.User}{(target.IsJump ? $" at {target.Title}" : "")} with {Means(target)}",
        cause.Message + (missed is null or FileNotFoundException or DirectoryNotFoundException ? "" : $" A key was not tried: {missed.Message.TrimEnd('.')}"),
        $"Check that the key's public half is in {target.User}'s authorized_keys there{(target.Password is null ? "" : ", or that the password is right and the server takes it")}.",
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

    private static string Means(SshTarget target) =>
        string.Join(", ", target.IdentityFiles.Concat(target.Agent is null ? [] : ["the agent"]).Concat(target.Password is null ? [] : ["a password"]));

    private static string Keys(SshTarget target) => string.Join(", ", target.IdentityFiles);

    private static string Files(KnownHosts knownHosts) => knownHosts.Files.Count > 0 ? string.Join(", ", knownHosts.Files) : "no file of known hosts";
}
