using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>Puts a topology into its file, whole or not at all, and reads it back.</summary>
public static class SaveTopology
{
    /// <summary>Demands that a file may be written there.</summary>
    /// <exception cref="DrException"><c>TopologyFileExists</c>, <c>TopologyFolderMissing</c>.</exception>
    public static void RequireFree(string path, bool replace)
    {
        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw TopologyFolderMissing(path);
        }

        if (!replace && File.Exists(path))
        {
            throw TopologyFileExists(path);
        }
    }

    /// <summary>Writes the file and reads it back.</summary>
    /// <exception cref="DrException">
    /// <c>TopologyInvalid</c>, where what it would say is wrong: then nothing is written; <c>TopologyFileExists</c>; those of the file system.
    /// </exception>
    public static TopologyReadResult Run(TopologyDraft draft, bool replace)
    {
        var path = draft.Topology.Path;
        var text = TopologyText.Of(draft);
        TopologyReader.Parse(path, text).Require();
        RequireFree(path, replace);
        try
        {
            WholeFile.Write(path, System.Text.Encoding.UTF8.GetBytes(text), replace);
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw !replace && File.Exists(path) ? TopologyFileExists(path) : FileErrors.From("Writing the topology", path, error);
        }

        return TopologyReader.Read(path);
    }

    private static DrException TopologyFileExists(string path) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Writing the topology {path}",
        "the file exists",
        "Name another, or give -Force to replace it.");

    private static DrException TopologyFolderMissing(string path) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Writing the topology {path}",
        "its folder does not exist",
        "Make the folder, or name another.");
}
