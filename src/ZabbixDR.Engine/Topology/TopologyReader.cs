using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;
using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Topology;

/// <summary>Reads a topology file. All that is wrong in it is found in one pass, each with its line and column.</summary>
public static class TopologyReader
{
    private const int SizeLimit = 1024 * 1024;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file; relative paths in it are relative to its folder.</param>
    /// <exception cref="DrException"><c>TopologyUnreadable</c>, where it cannot be read at all.</exception>
    public static TopologyReadResult Read(string path)
    {
        if (path.Length == 0 || path.Contains('\0', StringComparison.Ordinal))
        {
            throw TopologyUnreadable(path, "no file can have this name", null);
        }

        var file = Path.GetFullPath(path);
        try
        {
            return ReadBounded(file) is { } text
                ? Parse(file, text)
                : throw TopologyUnreadable(file, "it has more than 1 MiB, more than any topology needs", null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw TopologyUnreadable(file, error.Message, error);
        }
    }

    /// <summary>Reads the text of a topology file.</summary>
    /// <param name="file">The file's absolute path, for messages and as the base of relative paths.</param>
    /// <param name="text">The YAML text.</param>
    public static TopologyReadResult Parse(string file, string text)
    {
        var findings = new TopologyFindings(file);
        return new TopologyReadResult(Build(text, findings), findings.InOrder);
    }

    /// <summary>Reads the text; null where it has an error.</summary>
    internal static DrTopology? Build(string text, TopologyFindings findings)
    {
        try
        {
            if (YamlShape.Load(text).Documents is [{ RootNode: YamlMappingNode root }])
            {
                var topology = new TopologyBuilder(findings).Build(new YamlSection(root, findings));
                return findings.HasErrors ? null : topology;
            }

            findings.Error(Mark.Empty, "The file must hold one YAML document, a mapping that begins with 'version: 1'.");
        }
        catch (YamlException error)
        {
            findings.Error(error.Start, $"This is not YAML: {error.Message}");
        }

        return null;
    }

    // By what was read and not by the length that the file system tells, which is 0 for a device.
    private static string? ReadBounded(string file)
    {
        using var stream = File.OpenRead(file);
        var buffer = new byte[SizeLimit + 1];
        var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length > SizeLimit ? null : new StreamReader(new MemoryStream(buffer, 0, length)).ReadToEnd();
    }

    private static DrException TopologyUnreadable(string file, string reason, Exception? cause) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading the topology {file}",
        reason,
        "Name a topology file that you may read.",
        cause);
}
