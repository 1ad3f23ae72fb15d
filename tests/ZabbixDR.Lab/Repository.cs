namespace ZabbixDR.Lab;

/// <summary>The source tree that this program was built from, for the commands that build and test it.</summary>
internal static class Repository
{
    private const string Solution = "ZabbixDR.sln";

    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);

    public static string Root { get; } = Find();

    /// <summary>The staged module, as a user would import it.</summary>
    public static string StagedModule => In("out/ZabbixDR/ZabbixDR.psd1");

    public static string In(string path) => Path.Combine(Root, path);

    public static Task StageModuleAsync(CancellationToken cancellation) => BuildAsync(cancellation, In("src/ZabbixDR"), "-t:Stage");

    public static Task BuildSolutionAsync(CancellationToken cancellation) => BuildAsync(cancellation, In(Solution));

    private static async Task BuildAsync(CancellationToken cancellation, params IReadOnlyList<string> arguments) =>
        await new ExternalCommand(["dotnet", "build", "--nologo", "--verbosity", "quiet", "--consoleLoggerParameters:NoSummary", .. arguments]) { Limit = BuildLimit }.RunCheckedAsync(cancellation);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, Solution))) return folder.FullName;
        }

        throw new LabException($"no {Solution} above {AppContext.BaseDirectory}: run this from the repository, with dotnet run --project tests/ZabbixDR.Lab");
    }
}
