using System.Runtime.InteropServices;

namespace ZabbixDR.Lab;

/// <summary>The two system calls that .NET does not offer.</summary>
internal static partial class Native
{
    public const int Stop = 19;
    public const int Continue = 18;

    public static void ChangeOwner(string path, uint user, uint group)
    {
        if (lchown(path, user, group) != 0) throw new LabException($"owner of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Sends a signal; a process that has ended meanwhile needs none.</summary>
    public static void Signal(int process, int signal) => _ = kill(process, signal);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int lchown(string path, uint user, uint group);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int process, int signal);
}
