using System.Management.Automation;
using System.Runtime.Loader;
using ZabbixDR.Engine;
using ZabbixDR.Pipeline;

namespace ZabbixDR.TestCmdlets;

/// <summary>Gets an assembly by its name as the engine sees it: its version, and the name of its load context.</summary>
[Cmdlet(VerbsCommon.Get, "TestContext")]
public sealed class GetTestContextCommand : AsyncCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Name { get; set; } = "";

    protected override Task EndAsync(CancellationToken cancellation)
    {
        var engine = AssemblyLoadContext.GetLoadContext(typeof(DrException).Assembly)!;
        var assembly = engine.LoadFromAssemblyName(new System.Reflection.AssemblyName(Name));
        WriteObject($"{assembly.GetName().Version} in {AssemblyLoadContext.GetLoadContext(assembly)!.Name}");
        return Task.CompletedTask;
    }
}
