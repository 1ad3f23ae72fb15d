namespace ZabbixDR.Engine.Files;

/// <summary>A temporary file that this process alone can read, and that is gone in every case, a kill of this process included.</summary>
internal static class NamelessFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the file; disposing the stream frees its room.</summary>
    /// <param name="directory">The directory whose file system it takes its room from.</param>
    /// <exception cref="IOException">It cannot be created there.</exception>
    public static FileStream Create(string directory)
    {
        var path = Path.Combine(directory, $".zabbixdr-{Guid.NewGuid():N}.part");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose };
        if (OperatingSystem.IsWindows())
        {
            return new FileStream(path, options);
        }

        // Here a file lives on without its name for as long as it is open.
        options.UnixCreateMode = OwnerOnly;
        options.Options = FileOptions.None;
        var stream = new FileStream(path, options);
        File.Delete(path);
        return stream;
    }
}
