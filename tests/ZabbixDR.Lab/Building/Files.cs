namespace ZabbixDR.Lab;

/// <summary>Whole folders, with owners, modes and extended attributes, which .NET does not copy.</summary>
internal static class Files
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static Task CopyAsync(string from, string to, CancellationToken cancellation) =>
        new ExternalCommand("cp", "-a", "--reflink=auto", "--", from, to) { Limit = Limit }.RunCheckedAsync(cancellation);

    /// <summary>Removes a folder; never what is mounted in it.</summary>
    public static Task RemoveAsync(string path, CancellationToken cancellation) =>
        new ExternalCommand("rm", "-rf", "--one-file-system", "--", path) { Limit = Limit }.RunCheckedAsync(cancellation);
}
