using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using ZabbixDR.Tests.Hosting;

namespace ZabbixDR.Tests.Loading;

/// <summary>What is compiled ahead of time for this platform (docs/decisions/027).</summary>
public sealed class AheadTests
{
    private static readonly string s_dependencies = Path.Combine(Path.GetDirectoryName(ModuleSession.Manifest)!, "deps");

    [Fact]
    public void The_engine_and_what_it_brings_run_compiled_ahead()
    {
        using var topology = new TopologyFile();
        using var session = ModuleSession.Open();

        // Something of each is in use: a file was read, and a node asked.
        session.Run("param($path) $null = Connect-DrDeployment $path; Get-DrNode", topology.Path).Require();
        var loaded = session.Run("[AppDomain]::CurrentDomain.GetAssemblies() | Where-Object Location -Like \"$args/*\" | ForEach-Object Location", s_dependencies).Require().As<string>().ToList();

        Assert.Contains(loaded, file => Path.GetFileName(file) == "ZabbixDR.Engine.dll");
        Assert.All(loaded, file => Assert.True(IsCompiled(file), $"{file} is not compiled ahead"));
    }

    [Fact]
    public void What_was_compiled_ahead_is_what_lies_beside_it()
    {
        var compiled = Directory.GetFiles(s_dependencies, "*.dll", SearchOption.AllDirectories).Where(IsCompiled).ToList();

        Assert.NotEmpty(compiled);
        Assert.All(compiled, file => Assert.Equal(Version(Path.Combine(s_dependencies, Path.GetFileName(file))), Version(file)));
    }

    private static bool IsCompiled(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        return image.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0;
    }

    private static Guid Version(string file)
    {
        using var image = new PEReader(File.OpenRead(file));
        var metadata = image.GetMetadataReader();
        return metadata.GetGuid(metadata.GetModuleDefinition().Mvid);
    }
}
