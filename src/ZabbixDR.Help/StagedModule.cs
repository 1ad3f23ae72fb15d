using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ZabbixDR.Help;

/// <summary>A module folder as it was staged, imported as a user imports it.</summary>
public static class StagedModule
{
    /// <summary>Imports the module into a session of its own and reads the help of each cmdlet that it exports, by name.</summary>
    /// <param name="manifest">The module's .psd1.</param>
    /// <param name="documentation">What the compiler wrote down.</param>
    public static IReadOnlyList<CmdletHelp> Read(string manifest, XmlDocumentation documentation)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create(runspace);
        var module = shell.AddCommand("Import-Module")
            .AddParameter("Name", Path.GetFullPath(manifest))
            .AddParameter("PassThru")
            .AddParameter("ErrorAction", ActionPreference.Stop)
            .Invoke<PSModuleInfo>()
            .Single();
        var cmdlets = module.ExportedCmdlets.Values.OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal).ToList();
        var reader = new CmdletReader(documentation, new ProseReader(cmdlets.ToDictionary(cmdlet => cmdlet.ImplementingType.FullName!, cmdlet => cmdlet.Name)));
        return [.. cmdlets.Select(reader.Read)];
    }
}
