using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace ZabbixDR.Loader;

/// <summary>
/// The engine and its dependencies: those that were compiled ahead of time for this platform, where there are any, else as they are. What is
/// not in their folder (the runtime, the Model) comes from the default context.
/// </summary>
internal sealed class EngineLoadContext : AssemblyLoadContext
{
    private readonly string[] _folders;

    public EngineLoadContext(string folder)
        : base("ZabbixDR") => _folders = [Path.Combine(folder, Platform), folder];

    // As .NET names it where it builds for a platform. The runtime's own word would name the distribution where that compiled it itself.
    private static string Platform => $"{(OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    protected override Assembly? Load(AssemblyName assemblyName) =>
        _folders.Select(folder => Path.Combine(folder, assemblyName.Name + ".dll")).FirstOrDefault(File.Exists) is { } file ? LoadFromAssemblyPath(file) : null;
}
