using System.Reflection;
using System.Runtime.Loader;

namespace ZabbixDR.Loader;

/// <summary>The engine and its dependencies. What is not in their folder (the runtime, the Model) comes from the default context.</summary>
internal sealed class EngineLoadContext : AssemblyLoadContext
{
    private readonly string _folder;

    public EngineLoadContext(string folder)
        : base("ZabbixDR") => _folder = folder;

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var file = Path.Combine(_folder, assemblyName.Name + ".dll");
        return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
    }
}
