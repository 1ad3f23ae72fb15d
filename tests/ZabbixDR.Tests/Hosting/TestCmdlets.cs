namespace ZabbixDR.Tests.Hosting;

/// <summary>Cmdlets that are built on the module's base classes and do what a test needs.</summary>
internal static class TestCmdlets
{
    /// <summary>Opens a session that has the module and these cmdlets.</summary>
    public static ModuleSession Open()
    {
        var session = ModuleSession.Open();
        session.Run("param($path) Import-Module $path -ErrorAction Stop", Path.Combine(AppContext.BaseDirectory, "cmdlets", "ZabbixDR.TestCmdlets.dll")).Require();
        return session;
    }
}
