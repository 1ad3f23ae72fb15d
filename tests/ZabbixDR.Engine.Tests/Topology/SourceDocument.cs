namespace ZabbixDR.Engine.Tests.Topology;

/// <summary>The runbook that the module replaces. It is no part of the repository: it lies in a folder <c>shared</c> beside or above the checkout.</summary>
internal static class SourceDocument
{
    private const string Name = "shared/source/phase-13-backup-dr.md";

    /// <summary>The document; null where this machine has none.</summary>
    public static string? File { get; } = Find();

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Combine(folder.FullName, Name);
            if (System.IO.File.Exists(file))
            {
                return file;
            }
        }

        return null;
    }
}
