using Renci.SshNet;
using Renci.SshNet.Common;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>A private key's file.</summary>
internal static class SshKeyFile
{
    private const string OpenSshBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
    private const string LockedPkcs8Begin = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
    private static readonly byte[] s_openSshMagic = "openssh-key-v1\0"u8.ToArray();

    /// <summary>The key, decrypted where need be.</summary>
    /// <exception cref="DrException">A passphrase is needed and there is none, or it does not fit, or the secret cannot be had.</exception>
    /// <exception cref="Exception">It cannot be read or is no key: whatever the library's decoders throw.</exception>
    public static PrivateKeyFile Load(string file, SshTarget target, CancellationToken cancellation)
    {
        try
        {
            return new PrivateKeyFile(file);
        }
        catch (Exception error) when (error is SshPassPhraseNullOrEmptyException || IsLockedPkcs8(file, error))
        {
            return Decrypt(file, target, target.Passphrase ?? throw SshErrors.IdentityLocked(target, file), cancellation);
        }
    }

    /// <summary>Its public half where that can be read without a passphrase: from an OpenSSH key itself, or from the file beside it; else null.</summary>
    public static byte[]? PublicHalf(string file)
    {
        try
        {
            var lines = File.Exists(file) ? File.ReadAllLines(file) : [];
            return lines is [OpenSshBegin, .. var body]
                ? OpenSshPublicHalf(Convert.FromBase64String(string.Concat(body.TakeWhile(line => !line.StartsWith('-')))))
                : File.Exists(file + ".pub") ? Convert.FromBase64String(File.ReadAllText(file + ".pub").Split(' ')[1]) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    // The library tries to open these with no passphrase at all, and throws what its decoder says of the outcome.
    private static bool IsLockedPkcs8(string file, Exception error) =>
        error is not (IOException or UnauthorizedAccessException) && File.ReadLines(file).FirstOrDefault() == LockedPkcs8Begin;

    // OpenSSH's PROTOCOL.key: magic, cipher, key derivation and its options, the number of keys, and their public halves in the clear.
    private static byte[] OpenSshPublicHalf(byte[] content)
    {
        var wire = new SshWire(content);
        wire.Skip(s_openSshMagic.Length);
        wire.String();
        wire.String();
        wire.String();
        wire.Number();
        return wire.String();
    }

    private static PrivateKeyFile Decrypt(string file, SshTarget target, SecretReference passphrase, CancellationToken cancellation)
    {
        var secret = target.Session.Secrets.Read(passphrase, $"the passphrase of {file}", cancellation);
        try
        {
            return new PrivateKeyFile(file, secret.Reveal());
        }
        catch (Exception error) when (error is not (FileNotFoundException or UnauthorizedAccessException))
        {
            throw SshErrors.IdentityPassphraseWrong(target, file, passphrase);
        }
    }
}
