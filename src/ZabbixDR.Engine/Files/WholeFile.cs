namespace ZabbixDR.Engine.Files;

/// <summary>Puts a small file of this machine in its place whole and on disk, or not at all; mode 0640.</summary>
internal static class WholeFile
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    /// <summary>Writes it.</summary>
    /// <param name="path">The file, absolute.</param>
    /// <param name="content">All of it.</param>
    /// <param name="replace">Whether one that is there gives way.</param>
    /// <exception cref="IOException">It cannot be written, or is there and may not be replaced; nothing is left.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content, bool replace)
    {
        var part = $"{path}.{Guid.NewGuid():N}.part";
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = Mode;
            }

            using (var stream = new FileStream(part, options))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(part, path, replace);
            DirectorySync.Flush(Path.GetDirectoryName(path)!);
        }
        finally
        {
            File.Delete(part);
        }
    }
}
