using Microsoft.Win32.SafeHandles;

namespace ZabbixDR.Engine.Files;

/// <summary>
/// A new file of this machine that appears under its final name whole and on disk, or not at all: written beside it as
/// <c>&lt;name&gt;.part</c>, synced, renamed, and the directory synced. Disposed before <see cref="Commit"/>, it leaves nothing.
/// </summary>
internal sealed class DurableFile : IDisposable
{
    private const string PartSuffix = ".part";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _part;
    private bool _committed;

    private DurableFile(string path, string part, SafeFileHandle handle)
    {
        Path = path;
        _part = part;
        Handle = handle;
    }

    /// <summary>The final path.</summary>
    public string Path { get; }

    /// <summary>What is written to.</summary>
    public SafeFileHandle Handle { get; }

    /// <summary>Creates the part, mode 0600.</summary>
    /// <param name="folder">The existing directory.</param>
    /// <param name="stem">The name without its extension; where it is taken, <c>-2</c>, <c>-3</c> and so on is added.</param>
    /// <param name="extension">The extension with its dot.</param>
    /// <exception cref="IOException">The part cannot be created.</exception>
    public static DurableFile Create(string folder, string stem, string extension)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = System.IO.Path.Combine(folder, attempt == 1 ? stem + extension : $"{stem}-{attempt}{extension}");
            var part = path + PartSuffix;
            if (File.Exists(path) || File.Exists(part))
            {
                continue;
            }

            try
            {
                return new DurableFile(path, part, Open(part));
            }
            catch (IOException) when (File.Exists(part))
            {
                // Another process took the name between the look and the creation; the next one is tried.
            }
        }
    }

    /// <summary>Puts the file, its content and its name, on disk for good.</summary>
    public void Commit()
    {
        RandomAccess.FlushToDisk(Handle);
        Handle.Dispose();
        File.Move(_part, Path);
        _committed = true;
        DirectorySync.Flush(System.IO.Path.GetDirectoryName(Path)!);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Handle.Dispose();
        if (!_committed)
        {
            File.Delete(_part);
        }
    }

    private static SafeFileHandle Open(string part)
    {
        // FileStream alone takes the mode of creation; the handle outlives it. A mode that is set later would leave a gap.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(part, options).SafeFileHandle;
    }
}
