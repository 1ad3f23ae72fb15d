using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ZabbixDR.Engine.Files;

/// <summary>
/// Sends the parts of a long file to the disk as they are written, and takes them out of the system's cache: what is read much
/// later, if ever, must not drive out what others need, and fresh cache pages cost more processor time than the copy into them.
/// It is no promise: the file still has to be synced at its end. Only Linux has these calls; elsewhere nothing is done.
/// </summary>
internal static partial class WriteBehind
{
    // sync_file_range(2), posix_fadvise(2), for 64-bit systems.
    private const uint WaitBefore = 1;
    private const uint Write = 2;
    private const uint WaitAfter = 4;
    private const int DontNeed = 4;

    // errno(3): the file system does not offer the call, which loses nothing.
    private const int InvalidArgument = 22;
    private const int NotImplemented = 38;

    /// <summary>Writes the range to the disk, waits for it, and drops it from the cache.</summary>
    /// <exception cref="IOException">
    /// The disk did not take it. To be told here: the kernel reports a failed write once for each open file, and the sync at the end
    /// would find nothing wrong any more.
    /// </exception>
    public static void Push(SafeFileHandle file, long offset, long length)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // fsync would do too, but commits the file system's journal each time, and waits for what others wrote.
        if (SyncFileRange(file, offset, length, WaitBefore | Write | WaitAfter) != 0
            && Marshal.GetLastPInvokeError() is var error and not (InvalidArgument or NotImplemented))
        {
            throw new IOException(Marshal.GetPInvokeErrorMessage(error), error);
        }

        _ = Advise(file, offset, length, DontNeed);
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range", SetLastError = true)]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(SafeFileHandle file, long offset, long length, int advice);
}
