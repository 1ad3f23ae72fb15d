namespace ZabbixDR.Engine.Files;

/// <summary>What can go wrong with files of the management host.</summary>
internal static class FileErrors
{
    private const int NoSpaceOnUnix = 28;
    private const int QuotaExceededOnLinux = 122;
    private const int DiskFullOnWindows = unchecked((int)0x80070070);

    /// <summary>True for the exceptions that <see cref="From"/> knows.</summary>
    public static bool Knows(Exception error) => error is IOException or UnauthorizedAccessException;

    /// <summary>True where there was no room.</summary>
    public static bool IsDiskFull(Exception error) =>
        error is IOException { HResult: NoSpaceOnUnix or QuotaExceededOnLinux or DiskFullOnWindows };

    /// <summary>The error for an exception of the file system.</summary>
    /// <param name="tried">What was tried, as a noun phrase.</param>
    /// <param name="path">The file or directory.</param>
    /// <param name="error">What came back.</param>
    public static DrException From(string tried, string path, Exception error) => error switch
    {
        UnauthorizedAccessException => FileAccessDenied(tried, path, error),
        _ when IsDiskFull(error) => DiskFull(tried, path, error),
        _ => FileFailed(tried, path, error),
    };

    private static DrException DiskFull(string tried, string path, Exception error) => DrException.Of(
        DrErrorKind.DiskFull,
        null,
        tried,
        $"no room is left for {path} on this machine",
        "Make room there or choose another directory; what had been written was removed.",
        error);

    private static DrException FileAccessDenied(string tried, string path, Exception error) => DrException.Of(
        DrErrorKind.Permission,
        null,
        tried,
        $"{path} on this machine: {error.Message}",
        $"Give {Environment.UserName} the right to it, or choose another directory.",
        error);

    private static DrException FileFailed(string tried, string path, Exception error) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        tried,
        $"{path} on this machine: {error.Message}",
        "Correct the path, or look at the file system that it lies on.",
        error);
}
