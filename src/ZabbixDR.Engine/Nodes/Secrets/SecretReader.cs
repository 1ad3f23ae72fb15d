namespace ZabbixDR.Engine.Nodes.Secrets;

/// <summary>Finds the secrets that the topology refers to.</summary>
public sealed class SecretReader
{
    // Who may write it decides what is sent where the secret is used.
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private readonly ISecretVault? _vault;

    /// <summary>Prepares the reader.</summary>
    /// <param name="vault">Reads <c>vault:</c>; null where there is no vault.</param>
    public SecretReader(ISecretVault? vault) => _vault = vault;

    /// <summary>Reads a secret at the moment that it is needed.</summary>
    /// <param name="reference">Where it is.</param>
    /// <param name="purpose">What it is for, for the error: "etcd's password".</param>
    /// <param name="cancellation">Ends the wait for a vault.</param>
    /// <exception cref="DrException"><c>SecretMissing</c>, <c>SecretExposed</c>, <c>SecretVaultAbsent</c>, and those of the vault.</exception>
    public Secret Read(SecretReference reference, string purpose, CancellationToken cancellation) => reference.Source switch
    {
        SecretSource.Env => FromEnvironment(reference, purpose),
        SecretSource.File => FromFile(reference, purpose),
        _ => (_vault ?? throw SecretVaultAbsent(reference, purpose)).Read(reference, purpose, cancellation),
    };

    private static Secret FromEnvironment(SecretReference reference, string purpose) =>
        Environment.GetEnvironmentVariable(reference.Name) is { Length: > 0 } value
            ? new Secret(value)
            : throw SecretMissing(reference, purpose, $"the environment variable {reference.Name} is not set", null);

    private static Secret FromFile(SecretReference reference, string purpose)
    {
        try
        {
            using var file = new FileStream(reference.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);

            // The open file's mode, not that of whatever has its name by then. Its owner needs no look: whoever can read a file that
            // is its owner's alone is its owner, or root. What an ACL of Windows allows is not looked at.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != 0)
            {
                throw SecretExposed(reference, purpose);
            }

            using var reader = new StreamReader(file);
            return reader.ReadLine() is { Length: > 0 } value
                ? new Secret(value)
                : throw SecretMissing(reference, purpose, "the file's first line is empty", null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SecretMissing(reference, purpose, error.Message, error);
        }
    }

    private static DrException SecretMissing(SecretReference reference, string purpose, string found, Exception? cause) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading {purpose} from {reference}",
        found,
        "Provide the secret there, or name another place for it in the topology file.",
        cause);

    private static DrException SecretExposed(SecretReference reference, string purpose) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading {purpose} from {reference}",
        "others than its owner may read or write the file",
        $"chmod 600 {reference.Name}, and think about whether the secret must be changed.");

    private static DrException SecretVaultAbsent(SecretReference reference, string purpose) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading {purpose} from {reference}",
        "this program has no vault",
        "Use env:NAME or file:PATH.");
}
