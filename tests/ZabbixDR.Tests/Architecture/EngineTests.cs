namespace ZabbixDR.Tests.Architecture;

public sealed class EngineTests
{
    [Fact]
    public void The_engine_knows_no_PowerShell()
    {
        Assert.DoesNotContain("System.Management.Automation", Staged.Engine.Assemblies);
        Assert.DoesNotContain("ZabbixDR", Staged.Engine.Assemblies);
    }

    [Fact]
    public void The_model_needs_nothing_but_the_framework() => Assert.All(Staged.Model.Assemblies, name => Assert.True(Staged.IsFramework(name), name));

    [Fact]
    public void The_loader_needs_nothing_but_the_framework_and_PowerShell() =>
        Assert.All(Staged.Loader.Assemblies, name => Assert.True(Staged.IsFramework(name) || name == "System.Management.Automation", name));

    [Fact]
    public void The_cmdlets_know_the_engine_and_none_of_its_dependencies() =>
        Assert.All(
            Staged.Cmdlets.Assemblies,
            name => Assert.True(Staged.IsFramework(name) || name is "System.Management.Automation" or "ZabbixDR.Model" or "ZabbixDR.Engine", name));

    [Fact]
    public void The_models_public_surface_is_made_of_the_framework_and_itself() =>
        Assert.All(
            Staged.Model.PublicTypes.SelectMany(CompiledCode.Surface),
            type => Assert.True(type.Namespace == "ZabbixDR" || Staged.IsFramework(type.Scope.Name), type.FullName));

    [Fact]
    public void In_the_engine_every_arrow_goes_down() => Assert.Empty(Layers.Violations(Staged.Engine, "ZabbixDR.Engine"));

    [Fact]
    public void Every_folder_of_the_engine_has_its_floor() => Assert.Empty(Layers.Homeless(Staged.Engine, "ZabbixDR.Engine"));

    [Fact]
    public void Only_the_base_cmdlet_makes_permits_to_change() =>
        Assert.Equal(
            ["ZabbixDR.Pipeline.AsyncCmdlet"],
            CallersOf("AfterConsent", Staged.Engine, Staged.Cmdlets));

    [Fact]
    public void No_cmdlet_leaves_the_pipeline_thread() => Assert.Empty(CallersOf("ConfigureAwait", Staged.Cmdlets));

    internal static IEnumerable<string> CallersOf(string method, params CompiledCode[] codes) =>
        codes.SelectMany(code => code.References).Where(reference => reference.Member == method).Select(reference => reference.From.FullName).Distinct();
}
