using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ZabbixDR.Engine.Files;

/// <summary>Puts a directory's entries on disk: a rename survives a power cut only after that (fsync(2), notes).</summary>
internal static partial class DirectorySync
{
    /// <summary>Flushes the directory. On Windows there is no such call, and NTFS journals renames.</summary>
    public static void Flush(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        var descriptor = Open(directory, 0);
        if (descriptor < 0)
        {
            throw new IOException($"Opening {directory} to sync it failed.", new Win32Exception(Marshal.GetLastPInvokeError()));
        }

        var result = Sync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0)
        {
            throw new IOException($"Syncing {directory} failed.", new Win32Exception(error));
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);
}
