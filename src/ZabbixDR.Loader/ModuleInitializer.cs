using System.Management.Automation;
using System.Reflection;
using System.Runtime.Loader;

namespace ZabbixDR.Loader;

/// <summary>
/// Runs when the module is imported, before the cmdlets' assembly is reflected over: answers for the engine from a context of
/// its own, so that the module's dependencies never meet another module's versions of them.
/// </summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    private static int s_hooked;

    /// <inheritdoc/>
    public void OnImport()
    {
        // Once a process: a second import finds the assemblies of the first.
        if (Interlocked.Exchange(ref s_hooked, 1) == 0)
        {
            var folder = Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!;
            var engine = new EngineLoadContext(Path.Combine(folder, "deps"));
            AssemblyLoadContext.Default.Resolving += (context, name) => Resolve(context, name, folder, engine);

            // At once, and not at its first use: a script may name its types before it has run a command.
            AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.Combine(folder, "ZabbixDR.Model.dll"));
        }
    }

    private static Assembly? Resolve(AssemblyLoadContext context, AssemblyName name, string folder, EngineLoadContext engine) => name.Name switch
    {
        "ZabbixDR.Engine" => engine.LoadFromAssemblyName(name),
        "ZabbixDR.Model" => context.LoadFromAssemblyPath(Path.Combine(folder, "ZabbixDR.Model.dll")),
        _ => null,
    };
}
