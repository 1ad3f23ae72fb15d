using System.Globalization;
using System.Text.RegularExpressions;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The archived WAL of one database of a stanza in one repository: the folder <c>archive/STANZA/VERSION-ID</c>.</summary>
internal sealed partial record WalArchive
{
    private const string Temporary = ".pgbackrest.tmp";

    /// <summary>The folder's name, such as <c>17-1</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The database's number in the stanza's history.</summary>
    public required int DatabaseId { get; init; }

    /// <summary>The size of a segment in bytes.</summary>
    public required long SegmentSize { get; init; }

    /// <summary>The segments that are whole, and the file of each.</summary>
    public required IReadOnlyDictionary<WalSegment, RepositoryFile> Segments { get; init; }

    /// <summary>The segments that are being written now.</summary>
    public required IReadOnlySet<WalSegment> Uploading { get; init; }

    /// <summary>The timelines that have a history file.</summary>
    public required IReadOnlySet<int> Histories { get; init; }

    /// <summary>The way to each timeline that has WAL, a history or a set here.</summary>
    public IReadOnlyDictionary<int, TimelineWay> Ways { get; init; } = new Dictionary<int, TimelineWay>();

    /// <summary>The archives in a listing of <c>archive/STANZA</c>.</summary>
    /// <param name="files">The files.</param>
    /// <param name="backups">The repository's sets: they tell how large a segment is.</param>
    public static IReadOnlyList<WalArchive> Of(IEnumerable<RepositoryFile> files, IReadOnlyList<PgBackRestBackup> backups) =>
    [
        .. files.Select(file => (File: file, Match: Folder().Match(file.Path))).Where(entry => entry.Match.Success)
            .GroupBy(entry => entry.Match.Groups["id"].Value)
            .Select(folder => Read(folder.Key, [.. folder.Select(entry => entry.File)], backups))
            .OrderBy(archive => archive.DatabaseId),
    ];

    /// <summary>The path of a segment's file within the repository; where there is none, as it would begin.</summary>
    public string PathOf(WalSegment segment, string stanza)
    {
        var name = segment.Name(SegmentSize);
        return $"archive/{stanza}/{(Segments.TryGetValue(segment, out var file) ? file.Path : $"{Id}/{name[..16]}/{name}")}";
    }

    /// <summary>The first segment that the set needs to be consistent, and the last; null for an offline one.</summary>
    public (WalSegment First, WalSegment Last)? NeededBy(PgBackRestBackup backup) =>
        WalSegment.Parse(backup.WalStart, SegmentSize) is { } first && WalSegment.Parse(backup.WalStop, SegmentSize) is { } last ? (first, last) : null;

    /// <summary>The segment that a file of the archive holds; null where it holds none, or not all of it yet.</summary>
    /// <param name="name">The file's name.</param>
    public static string? SegmentIn(string name) =>
        Archived().IsMatch(name) && !name.EndsWith(Temporary, StringComparison.Ordinal) ? name[..WalSegment.NameLength] : null;

    private static WalArchive Read(string id, IReadOnlyList<RepositoryFile> files, IReadOnlyList<PgBackRestBackup> backups)
    {
        var database = int.Parse(id.AsSpan(id.IndexOf('-', StringComparison.Ordinal) + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        var size = backups.Where(backup => backup is { WalStart: not null, LsnStart: not null } && backup.DatabaseId == database)
            .Select(backup => WalSegment.SizeFrom(backup.WalStart!, PgLsn.Parse(backup.LsnStart!)))
            .FirstOrDefault(found => found is not null) ?? WalSegment.DefaultSize;
        var segments = new Dictionary<WalSegment, RepositoryFile>();
        var uploading = new HashSet<WalSegment>();
        var histories = new HashSet<int>();
        foreach (var file in files)
        {
            var name = file.Path.AsSpan(file.Path.LastIndexOf('/') + 1);
            if (name.EndsWith(".history") && int.TryParse(name[..^".history".Length], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var timeline))
            {
                histories.Add(timeline);
            }
            else if (Archived().IsMatch(name) && WalSegment.Parse(name[..WalSegment.NameLength], size) is { } segment)
            {
                if (name.EndsWith(Temporary))
                {
                    uploading.Add(segment);
                }
                else
                {
                    segments.TryAdd(segment, file);
                }
            }
        }

        return new WalArchive { Id = id, DatabaseId = database, SegmentSize = size, Segments = segments, Uploading = uploading, Histories = histories };
    }

    [GeneratedRegex(@"^(?<id>\d+(\.\d+)?-\d{1,9})/")]
    private static partial Regex Folder();

    // The name, a dash and the SHA-1 of what was archived; a partial segment, the rest of a timeline that was left, has more between.
    [GeneratedRegex("^[0-9A-F]{24}-[0-9a-f]{40}")]
    private static partial Regex Archived();
}
