using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace ZabbixDR.Lab;

/// <summary>The few system calls that .NET does not offer.</summary>
internal static partial class Native
{
    public const int Stop = 19;
    public const int Continue = 18;

    // linux/if_tun.h
    private const nuint TunSetInterface = 0x400454ca;
    private const short TunWithoutPacketInformation = 0x0001 | 0x1000;
    private const int InterfaceNameLength = 16;
    private const int InterfaceRequestLength = 40;

    public static void ChangeOwner(string path, uint user, uint group)
    {
        if (lchown(path, user, group) != 0) throw new LabException($"owner of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>Sends a signal; a process that has ended meanwhile needs none.</summary>
    public static void Signal(int process, int signal) => _ = kill(process, signal);

    /// <summary>Makes a TUN device of this namespace, which lives as long as the handle: a read is a packet that leaves by it, a write one that comes in.</summary>
    public static FileStream OpenTunnel(string name)
    {
        var device = File.OpenHandle("/dev/net/tun", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        Span<byte> request = stackalloc byte[InterfaceRequestLength];
        request.Clear();
        Encoding.ASCII.GetBytes(name, request);
        MemoryMarshal.Write(request[InterfaceNameLength..], TunWithoutPacketInformation);
        if (ioctl(device, TunSetInterface, ref MemoryMarshal.GetReference(request)) != 0)
            throw new LabException($"TUN device {name}: {Marshal.GetLastPInvokeErrorMessage()}");
        return new FileStream(device, FileAccess.ReadWrite, bufferSize: 0);
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int lchown(string path, uint user, uint group);

    [LibraryImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int kill(int process, int signal);

    [LibraryImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int ioctl(SafeFileHandle file, nuint request, ref byte argument);
}
