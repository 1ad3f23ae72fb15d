using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Architecture;

/// <summary>The assemblies as they were staged.</summary>
internal static class Staged
{
    private static readonly string Folder = Path.GetDirectoryName(ModuleSession.Manifest)!;
    private static readonly HashSet<string> Framework =
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll").Select(file => Path.GetFileNameWithoutExtension(file)!)];

    public static CompiledCode Cmdlets { get; } = CompiledCode.Read(Path.Combine(Folder, "ZabbixDR.dll"));

    public static CompiledCode Model { get; } = CompiledCode.Read(Path.Combine(Folder, "ZabbixDR.Model.dll"));

    public static CompiledCode Loader { get; } = CompiledCode.Read(Path.Combine(Folder, "ZabbixDR.Loader.dll"));

    public static CompiledCode Engine { get; } = CompiledCode.Read(Path.Combine(Folder, "deps", "ZabbixDR.Engine.dll"));

    public static bool IsFramework(string assembly) => Framework.Contains(assembly);
}
