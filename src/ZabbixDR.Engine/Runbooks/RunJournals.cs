using System.Text;
using ZabbixDR.Engine.Files;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Where journals are kept, here and on nodes: one file a run.</summary>
internal static class RunJournals
{
    private const string Extension = ".jsonl";

    // A journal has some kilobytes a step; one of a hundred times that is none of ours.
    private const int Largest = 16 * 1024 * 1024;

    // Open to who only looks: no step's argument is a secret, and commands of any user ask the lock beside it.
    private static readonly FileAttributesOnNode s_readable = new("root", "root", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

    /// <summary>The folder on a node, which the taking of its lock makes.</summary>
    public static string NodeFolder => $"{NodeLock.Folder}/runs";

    /// <summary>Adds a line here, and has it on disk.</summary>
    /// <exception cref="DrException"><c>JournalUnwritable</c>.</exception>
    public static void AppendHere(ILineFiles journals, JournalLine line)
    {
        try
        {
            journals.Append(line.Run, line.ToJson());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw JournalUnwritable(journals.PathOf(line.Run), error);
        }
    }

    /// <summary>Writes the whole journal on a node: a copy that missed a line is whole again with the next.</summary>
    public static Task WriteOnAsync(IChangingNode node, string run, string journal, CancellationToken cancellation) =>
        NodeFiles.WriteAsync(node, $"{NodeFolder}/{run}{Extension}", Encoding.UTF8.GetBytes(journal), s_readable, cancellation);

    /// <summary>All journals of this user on this machine, by run.</summary>
    public static IReadOnlyList<(string Run, IReadOnlyList<JournalLine> Lines)> ReadHere(ILineFiles journals) =>
        [.. journals.Read().Select(journal => (journal.Name, Parse(journals.PathOf(journal.Name), journal.Text)))];

    /// <summary>All journals that a node keeps, by run.</summary>
    public static async Task<IReadOnlyList<(string Run, IReadOnlyList<JournalLine> Lines)>> ReadOnAsync(INode node, CancellationToken cancellation)
    {
        if (await NodeFiles.StatAsync(node, NodeFolder, cancellation, user: null).ConfigureAwait(false) is null)
        {
            return [];
        }

        var read = new List<(string, IReadOnlyList<JournalLine>)>();
        foreach (var file in (await NodeFiles.ListAsync(node, NodeFolder, cancellation, user: null).ConfigureAwait(false)).Where(file => file.Path.EndsWith(Extension, StringComparison.Ordinal)))
        {
            var content = await NodeFiles.ReadAsync(node, file.Path, Largest, cancellation, user: null).ConfigureAwait(false);
            read.Add((Path.GetFileNameWithoutExtension(file.Path), Parse($"{node.Name}:{file.Path}", Encoding.UTF8.GetString(content))));
        }

        return read;
    }

    private static IReadOnlyList<JournalLine> Parse(string place, string text)
    {
        try
        {
            return JournalLine.ReadAll(text);
        }
        catch (InvalidDataException error)
        {
            throw JournalUnreadable(place, error);
        }
    }

    private static DrException JournalUnwritable(string file, Exception cause) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Writing the journal {file}",
        $"{cause.Message}; the step was not begun",
        "Make room or give the right to write there: nothing is done that cannot be written down first.",
        cause);

    private static DrException JournalUnreadable(string place, Exception cause) => DrException.Of(
        DrErrorKind.InvalidData,
        null,
        $"Reading the journal {place}",
        cause.Message,
        "Keep the file, look at the other copies of the run, and move the damaged one away.",
        cause);
}
