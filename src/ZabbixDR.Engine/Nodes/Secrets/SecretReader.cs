namespace ZabbixDR.Engine.Nodes.Secrets;

/// <summary>Finds the secrets that the topology refers to.</summary>
public static class SecretReader
{
    private const UnixFileMode OthersMayRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Reads a secret at the moment that it is needed.</summary>
    /// <param name="reference">Where it is.</param>
    /// <param name="purpose">What it is for, for the error: "etcd's password".</param>
    /// <exception cref="DrException"><c>SecretMissing</c>, <c>SecretExposed</c>, <c>SecretVaultUnsupported</c>.</exception>
    public static Secret Read(SecretReference reference, string purpose) => reference.Source switch
    {
        SecretSource.Env => FromEnvironment(reference, purpose),
        SecretSource.File => FromFile(reference, purpose),
        _ => throw SecretVaultUnsupported(reference, purpose),
    };

    private static Secret FromEnvironment(SecretReference reference, string purpose) =>
        Environment.GetEnvironmentVariable(reference.Name) is { Length: > 0 } value
            ? new Secret(value)
            : throw SecretMissing(reference, purpose, $"the environment variable {reference.Name} is not set", null);

    private static Secret FromFile(SecretReference reference, string purpose)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(reference.Name) & OthersMayRead) != 0)
            {
                throw SecretExposed(reference, purpose);
            }

            return File.ReadLines(reference.Name).FirstOrDefault() is { Length: > 0 } value
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
        "others than its owner may read the file",
        $"chmod 600 {reference.Name}, and think about whether the secret must be changed.");

    private static DrException SecretVaultUnsupported(SecretReference reference, string purpose) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading {purpose} from {reference}",
        "vault: is not available in this version",
        "Use env:NAME or file:PATH.");
}
