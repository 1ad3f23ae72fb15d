using System.Globalization;

namespace ZabbixDR.Lab;

/// <summary>The module at work on the lab, from nothing: build, stage, bring up, and run a script that a reader can copy.</summary>
internal static class Demo
{
    public const string DefaultScript = "docs/examples/first-backup.ps1";

    public static async Task<int> RunAsync(LabPlan plan, string script, CancellationToken cancellation)
    {
        if (!File.Exists(script)) throw new LabException($"no script {script}");
        var phases = Phases.OnConsole();
        var staging = phases.RunAsync("module built and staged into out/ZabbixDR", () => Repository.StageModuleAsync(cancellation));
        var upping = Lifecycle.UpAsync(plan, phases, cancellation);
        await Task.WhenAll(staging, upping);
        var lab = await upping;

        Console.WriteLine();
        var exitCode = await InsideAsync(lab, ["--script", Path.GetFullPath(script)], cancellation);
        var ending = exitCode == 0 ? "Done" : "Ended by an error";
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""

            {ending} after {phases.Total.TotalSeconds:0} s. The lab stays up. Go on with, after dotnet run --project tests/ZabbixDR.Lab --:
              shell             a prompt with the module, connected to this lab
              status            the hosts and what each says of itself
              kill pg-siteA     cut the leader's power, and see what the module says
              cut A B           cut the line between the sites
              reset             back to the saved state
              down              leave nothing behind
            """));
        return exitCode;
    }

    /// <summary>An interactive session: PowerShell itself where the machine has it, else our own small one.</summary>
    public static async Task<int> ShellAsync(TwoSiteLab lab, CancellationToken cancellation)
    {
        if (!File.Exists(Repository.StagedModule))
            await Phases.OnConsole().RunAsync("module built and staged into out/ZabbixDR", () => Repository.StageModuleAsync(cancellation));
        if (Prerequisites.FindOnPath("pwsh") is not { } pwsh) return await InsideAsync(lab, [], cancellation);
        var start = $"Import-Module '{Repository.StagedModule}'; Connect-DrDeployment '{lab.TopologyFile}'";
        return await lab.Network.Inside(pwsh, "-NoLogo", "-NoExit", "-Command", start).RunAttachedAsync(cancellation);
    }

    /// <summary>This program again, inside the lab's network and in the operator's folder.</summary>
    private static Task<int> InsideAsync(TwoSiteLab lab, IReadOnlyList<string> arguments, CancellationToken cancellation) =>
        (lab.Network.Inside([.. ThisProgram.Argv, "session", "--name", lab.Plan.Name, .. arguments]) with { WorkingDirectory = lab.OperatorFolder })
        .RunAttachedAsync(cancellation);

    /// <summary>What runs there: the script, or a prompt that is connected already.</summary>
    public static int RunSession(TwoSiteLab lab, string? script)
    {
        using var session = new HostedSession(Repository.StagedModule);
        if (script is not null) return session.RunShown(script) ? 0 : 1;
        session.Run($"Connect-DrDeployment '{lab.TopologyFile}'");
        return session.Interact();
    }
}
