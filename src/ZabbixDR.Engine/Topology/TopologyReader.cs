using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ZabbixDR.Engine.Topology;

/// <summary>Reads a topology file. All that is wrong in it is found in one pass, each with its line and column.</summary>
public static class TopologyReader
{
    private const long SizeLimit = 1024 * 1024;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file; relative paths in it are relative to its folder.</param>
    /// <exception cref="DrException"><c>TopologyUnreadable</c>, where it cannot be read at all.</exception>
    public static TopologyReadResult Read(string path)
    {
        var file = Path.GetFullPath(path);
        try
        {
            var size = new FileInfo(file).Length;
            return size <= SizeLimit
                ? Parse(file, File.ReadAllText(file))
                : throw TopologyUnreadable(file, $"it has {size.ToString("N0", CultureInfo.InvariantCulture)} bytes, more than any topology needs (1 MiB)", null);
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
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is [{ RootNode: YamlMappingNode root }])
            {
                var topology = new TopologyBuilder(findings).Build(new YamlSection("", root, findings));
                return new TopologyReadResult(findings.HasErrors ? null : topology, findings.InOrder);
            }

            findings.Error(Mark.Empty, "The file must hold one YAML document, a mapping that begins with 'version: 1'.");
        }
        catch (YamlException error)
        {
            findings.Error(error.Start, $"This is not YAML: {error.Message}");
        }

        return new TopologyReadResult(null, findings.InOrder);
    }

    private static DrException TopologyUnreadable(string file, string reason, Exception? cause) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Reading the topology {file}",
        reason,
        "Name a topology file that you may read.",
        cause);
}
