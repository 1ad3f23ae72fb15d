namespace ZabbixDR.Engine.Configuration;

/// <summary>The first entry of every configuration archive, <c>manifest.json</c>: what the archive holds, and what it should and does not.</summary>
/// <param name="FormatVersion">The version of this format; 1.</param>
/// <param name="ModuleVersion">The version of the module that wrote the archive.</param>
/// <param name="Deployment">The deployment's name.</param>
/// <param name="CreatedAt">When reading the nodes began, UTC.</param>
/// <param name="Nodes">Every node that was asked, in the topology's order.</param>
internal sealed record ConfigurationManifest(
    int FormatVersion,
    string ModuleVersion,
    string Deployment,
    DateTimeOffset CreatedAt,
    IReadOnlyList<ManifestNode> Nodes)
{
    /// <summary>The entry's name in the archive.</summary>
    public const string EntryName = "manifest.json";

    /// <summary>The format that this program writes and reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The archive as a person sees it.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="size">Its size in bytes.</param>
    public DrConfigurationBackup Describe(string path, long size)
    {
        List<string> wrong = [.. Nodes.Where(node => node.Errors.Count > 0).Select(node => $"{node.Name}: {string.Join("; ", node.Errors)}")];
        return new DrConfigurationBackup
        {
            Path = path,
            CreatedAt = CreatedAt,
            Size = size,
            Status = wrong.Count == 0 ? DrConfigurationBackupStatus.Complete : DrConfigurationBackupStatus.Partial,
            Reason = wrong.Count == 0 ? null : string.Join(Environment.NewLine, wrong),
            Nodes = [.. Nodes.Where(node => node.Read).Select(node => node.Name)],
            MissingNodes = [.. Nodes.Where(node => !node.Read).Select(node => node.Name)],
            Files = Nodes.Sum(node => node.Entries.Count(entry => entry.Type is ManifestEntryType.File or ManifestEntryType.HardLink)),
            Absent = Nodes.Sum(node => node.Absent.Count),
        };
    }
}
