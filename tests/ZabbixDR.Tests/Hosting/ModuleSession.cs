using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace ZabbixDR.Tests.Hosting;

/// <summary>A PowerShell session in this process with the staged module imported, as a user's script would have it.</summary>
public sealed class ModuleSession : IDisposable
{
    private readonly RecordingHost _host;
    private readonly Runspace _runspace;

    private ModuleSession(RecordingHost host)
    {
        _host = host;
        _runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        _runspace.Open();
    }

    /// <summary>The staged module's manifest: what users import.</summary>
    public static string Manifest => Path.Combine(RepositoryRoot, "out", "ZabbixDR", "ZabbixDR.psd1");

    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    /// <summary>Opens a session with the module imported and, where a topology is given, connected.</summary>
    public static ModuleSession Open(string? topology = null)
    {
        var session = new ModuleSession(new RecordingHost());
        session.Run("param($path) Import-Module $path -ErrorAction Stop", Manifest).Require();
        if (topology is not null)
        {
            session.Run("param($path) Connect-DrDeployment $path", topology).Require();
        }

        return session;
    }

    /// <summary>What was shown to the user beside the streams, since the session's beginning: the lines of -WhatIf.</summary>
    public IReadOnlyCollection<string> Shown => _host.Shown;

    /// <summary>Runs a script; its <c>param()</c> block takes the arguments.</summary>
    public ScriptRun Run(string script, params object?[] arguments)
    {
        using var shell = Prepare(script, arguments);
        return ScriptRun.Of(shell);
    }

    /// <summary>Runs a script and stops it, as Ctrl+C does, when the signal comes; gives what it had written and how long stopping took.</summary>
    public (ScriptRun Run, TimeSpan Stopping) RunAndStop(Task signal, string script, params object?[] arguments)
    {
        using var shell = Prepare(script, arguments);
        var running = Task.Run(() => ScriptRun.Of(shell));
        signal.Wait(TimeSpan.FromMinutes(2));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        shell.Stop();
        var stopping = clock.Elapsed;
        return (running.GetAwaiter().GetResult(), stopping);
    }

    public void Dispose() => _runspace.Dispose();

    private PowerShell Prepare(string script, object?[] arguments)
    {
        var shell = PowerShell.Create(_runspace).AddScript(script);
        foreach (var argument in arguments)
        {
            shell.AddArgument(argument);
        }

        return shell;
    }

    private static string FindRepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ZabbixDR.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("These tests run from a checkout: no ZabbixDR.sln above the test assembly.");
    }
}
