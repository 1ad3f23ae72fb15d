namespace ZabbixDR.Engine.Tests.Nodes;

/// <summary>A test against a real program; skipped, with that reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ProgramFactAttribute : FactAttribute
{
    public ProgramFactAttribute(string program)
    {
        Program = program;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, program))))
        {
            Skip = $"{program} is not installed here (Debian: openssh-client).";
        }
    }

    public string Program { get; }
}
