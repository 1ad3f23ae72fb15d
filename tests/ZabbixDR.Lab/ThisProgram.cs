namespace ZabbixDR.Lab;

/// <summary>How to start this program again, in another namespace.</summary>
internal static class ThisProgram
{
    /// <summary>Its own executable, or dotnet with its assembly where it was started that way (as a test host is).</summary>
    public static IReadOnlyList<string> Argv { get; } = Find();

    private static string[] Find()
    {
        var assembly = typeof(ThisProgram).Assembly.Location;
        var executable = Path.ChangeExtension(assembly, null);
        return File.Exists(executable) ? [executable] : ["dotnet", assembly];
    }
}
