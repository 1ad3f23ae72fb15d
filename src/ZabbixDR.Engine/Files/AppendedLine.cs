using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ZabbixDR.Engine.Files;

/// <summary>
/// A line that is added to a text file which other programs add to as well: in one write at whatever is the end by then, and on disk
/// before the call returns. A file that is missing is created, mode 0600, with its directory, mode 0700.
/// </summary>
internal static partial class AppendedLine
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // open(2): O_WRONLY | O_APPEND | O_CLOEXEC.
    private const int AppendOnLinux = 0x1 | 0x400 | 0x80000;
    private const int AppendOnMac = 0x1 | 0x8 | 0x1000000;

    // How long to wait, on Windows, for another writer to close the file: it writes a line as we do.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Adds the line; a last line without its end is ended first.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public static void Write(string file, string line)
    {
        var existed = File.Exists(file);
        Create(file);
        var bytes = Encoding.UTF8.GetBytes((EndsOpen(file) ? "\n" : "") + line + "\n");
        if (OperatingSystem.IsWindows())
        {
            WriteOnWindows(file, bytes);
        }
        else
        {
            WriteOnUnix(file, bytes);
        }

        if (!existed)
        {
            DirectorySync.Flush(Path.GetDirectoryName(file)!);
        }
    }

    private static void Create(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            options.UnixCreateMode = OwnerOnly;
        }

        new FileStream(file, options).Dispose();
    }

    private static bool EndsOpen(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (stream.Length == 0)
        {
            return false;
        }

        stream.Seek(-1, SeekOrigin.End);
        return stream.ReadByte() != '\n';
    }

    // The kernel finds the end at the moment of the write, for ssh's own appends too; .NET's appending streams find it when they open.
    private static void WriteOnUnix(string file, byte[] bytes)
    {
        using var handle = new SafeFileHandle(Open(file, OperatingSystem.IsLinux() ? AppendOnLinux : AppendOnMac), ownsHandle: true);
        var written = handle.IsInvalid ? -1 : Write(handle, bytes, bytes.Length);
        if (written != bytes.Length)
        {
            throw new IOException($"{file}: {(written < 0 ? new Win32Exception(Marshal.GetLastPInvokeError()).Message : "the line was not written whole")}");
        }

        RandomAccess.FlushToDisk(handle);
    }

    private static void WriteOnWindows(string file, byte[] bytes)
    {
        for (var waited = TimeSpan.Zero; ; waited += s_pause)
        {
            try
            {
                using var stream = new FileStream(file, FileMode.Append, FileAccess.Write, FileShare.Read);
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
                return;
            }
            catch (IOException) when (waited < s_patience)
            {
                Thread.Sleep(s_pause);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint Write(SafeFileHandle file, byte[] bytes, nint count);
}
