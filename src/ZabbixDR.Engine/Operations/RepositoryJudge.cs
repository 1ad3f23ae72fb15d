using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations;

/// <summary>The verdicts on one repository, each with the file and with what it costs.</summary>
/// <param name="stanza">The stanza.</param>
/// <param name="content">What the repository holds.</param>
/// <param name="waiting">What the primary has not archived yet; null where none could be asked.</param>
/// <param name="archiveDelay">The longest that finished WAL may wait.</param>
/// <param name="now">The time.</param>
internal sealed class RepositoryJudge(
    string stanza, RepositoryContent content, IReadOnlyList<PgWaitingWal>? waiting, TimeSpan archiveDelay, DateTimeOffset now)
{
    private const string Manifest = "backup.manifest";
    private const string Copy = ".copy";
    private const string TakeFull = "Take a full backup now: Invoke-PgBackRestBackup -Type Full. Keep older sets from expiring until it is there.";

    private readonly Dictionary<string, PgWaitingWal> _waiting = (waiting ?? []).ToDictionary(file => file.Name, StringComparer.Ordinal);
    private readonly List<(WalArchive Archive, RecoverySpans Spans)> _archives = [.. content.Archives.Select(archive => (archive, new RecoverySpans(archive, content.Backups)))];

    /// <summary>Judges what the listings tell.</summary>
    public IEnumerable<PgBackRestRepositoryCheck> Judge() =>
    [
        .. OrPass(PgBackRestAspect.Info, PageErrors(), $"{content.Backups.Count} sets"),
        .. OrPass(PgBackRestAspect.Manifest, Manifests(), $"{content.Backups.Count} sets have their manifests"),
        .. OrPass(PgBackRestAspect.Wal, [.. WithoutArchive(), .. _archives.SelectMany(archive => Holes(archive.Archive, archive.Spans)), .. Late()], $"{content.Archives.Sum(archive => archive.Segments.Count)} segments, none missing"),
    ];

    /// <summary>Judges what reading every file told.</summary>
    public IEnumerable<PgBackRestRepositoryCheck> Judge(VerifyReport report) => OrPass(
        PgBackRestAspect.Content,
        [
            .. report.Stanza.Select(text => Check(PgBackRestAspect.Content, ReadinessStatus.Fail, text) with
            {
                SetsLost = [.. content.Backups.Select(backup => backup.Label)],
                Consequence = "No set of the repository can be restored.",
                Remediation = TakeFull,
            }),
            .. report.Manifests.Select(manifest => DamagedManifest(manifest.Key, manifest.Value)),
            .. report.Files.Select(Damaged),
        ],
        $"{report.BackupFiles} files of sets and {report.Wal} WAL segments are as they were written");

    /// <summary>Nothing is known of the content.</summary>
    public PgBackRestRepositoryCheck Unverified(DrException failure) =>
        Check(PgBackRestAspect.Content, ReadinessStatus.Error, failure.Message) with { Remediation = failure.Remedy };

    private IEnumerable<PgBackRestRepositoryCheck> PageErrors() =>
        content.Backups.Where(backup => backup.HasPageErrors == true).Select(backup => Check(PgBackRestAspect.Info, ReadinessStatus.Warn, $"page checksums were wrong when {backup.Label} was taken") with
        {
            File = $"backup/{stanza}/{backup.Label}",
            State = PgBackRestFileState.Found,
            Consequence = "The set can be restored, with the damage that the database had then.",
            Remediation = $"Get-PgBackRestBackup -Label {backup.Label} names the files. Keep older sets from expiring, and repair those relations.",
        });

    private IEnumerable<PgBackRestRepositoryCheck> Manifests()
    {
        foreach (var backup in content.Backups)
        {
            var (main, copy) = (Of(backup.Label, ""), Of(backup.Label, Copy));
            if (main is null || copy is null || main.Size != copy.Size)
            {
                var file = main is null || main.Size < copy?.Size ? Manifest : Manifest + Copy;
                var bad = main is null || copy is null ? PgBackRestFileState.Lost : PgBackRestFileState.Damaged;
                yield return (main ?? copy) is null or { Size: 0 }
                    ? WithoutManifest(backup.Label, bad, "neither the manifest nor its copy is there")
                    : OneManifest(backup.Label, file, bad, bad == PgBackRestFileState.Lost ? $"{file} is not there" : $"{Manifest} has {main!.Size} bytes and its copy {copy!.Size}");
            }
        }

        foreach (var stray in content.Manifests.Keys.Where(path => path.EndsWith('/' + Manifest, StringComparison.Ordinal)).Select(path => path[..^(Manifest.Length + 1)])
            .Where(label => !label.Contains('/', StringComparison.Ordinal) && content.Backups.All(backup => backup.Label != label)))
        {
            yield return Check(PgBackRestAspect.Manifest, ReadinessStatus.Warn, $"{stray} is in the repository and backup.info does not know it") with
            {
                File = $"backup/{stanza}/{stray}",
                State = PgBackRestFileState.Stray,
                Consequence = "It cannot be restored by its name, and takes room.",
                Remediation = "It may be being expired just now. If it stays, run pgbackrest expire.",
            };
        }
    }

    private PgBackRestRepositoryCheck DamagedManifest(string label, bool copyServes) => copyServes
        ? OneManifest(label, Manifest, PgBackRestFileState.Damaged, $"{Manifest} cannot be read; its copy can")
        : WithoutManifest(label, PgBackRestFileState.Damaged, "neither the manifest nor its copy can be read");

    private PgBackRestRepositoryCheck OneManifest(string label, string file, PgBackRestFileState state, string finding) => Check(PgBackRestAspect.Manifest, ReadinessStatus.Warn, finding) with
    {
        File = $"backup/{stanza}/{label}/{file}",
        Files = 1,
        State = state,
        Consequence = $"{label} can still be restored, by the other of the two; if that goes too, it is lost.",
        Remediation = $"Copy the other one over it, on the repository's host, or take a new full backup.",
    };

    private PgBackRestRepositoryCheck WithoutManifest(string label, PgBackRestFileState state, string finding) =>
        Lost(PgBackRestAspect.Manifest, $"backup/{stanza}/{label}/{Manifest}", state, finding, new SupposedDamage { Sets = WithDependants(label) });

    private PgBackRestRepositoryCheck Damaged(VerifyReport.BadFile bad)
    {
        var (folder, name) = (bad.Path.Split('/')[0], bad.Path[(bad.Path.LastIndexOf('/') + 1)..]);
        if (content.Archives.FirstOrDefault(archive => archive.Id == folder) is { } archive)
        {
            var damage = name.Length >= WalSegment.NameLength && WalSegment.Parse(name.AsSpan(0, WalSegment.NameLength), archive.SegmentSize) is { } segment
                ? new SupposedDamage { Segments = new HashSet<WalSegment> { segment } }
                : new SupposedDamage();
            return Lost(PgBackRestAspect.Content, $"archive/{stanza}/{bad.Path}", bad.State, bad.Why, damage);
        }

        return Lost(PgBackRestAspect.Content, $"backup/{stanza}/{bad.Path}", bad.State, bad.Why, new SupposedDamage { Sets = WithDependants(folder) });
    }

    private IEnumerable<PgBackRestRepositoryCheck> WithoutArchive() => content.Backups
        .Where(backup => backup.WalStart is not null && content.Archives.All(archive => archive.DatabaseId != backup.DatabaseId))
        .Select(backup => Check(PgBackRestAspect.Wal, ReadinessStatus.Fail, $"there is no archived WAL at all for {backup.Label}") with
        {
            File = $"archive/{stanza}",
            State = PgBackRestFileState.Lost,
            SetsLost = [backup.Label],
            Consequence = $"{backup.Label} cannot be made consistent: it is lost.",
            Remediation = TakeFull,
        });

    private IEnumerable<PgBackRestRepositoryCheck> Holes(WalArchive archive, RecoverySpans spans)
    {
        var missing = new SortedSet<WalSegment>(spans.Backups.SelectMany(spans.MissingFor));
        foreach (var span in spans.Find().Where(span => span.Hole is not null))
        {
            for (var number = span.Hole!.Value.Number; !archive.Segments.ContainsKey(span.Way.At(number, archive.SegmentSize)); number++)
            {
                missing.Add(span.Way.At(number, archive.SegmentSize));
            }
        }

        // A run of segments is one finding, of the state that the first has.
        var run = new List<WalSegment>();
        foreach (var segment in missing)
        {
            if (run.Count > 0 && (segment != run[^1] with { Number = run[^1].Number + 1 } || StateOf(archive, segment) != StateOf(archive, run[^1])))
            {
                yield return Missing(archive, run);
                run = [];
            }

            run.Add(segment);
        }

        if (run.Count > 0)
        {
            yield return Missing(archive, run);
        }
    }

    private PgBackRestRepositoryCheck Missing(WalArchive archive, List<WalSegment> run)
    {
        var state = StateOf(archive, run[0]);
        var (first, last) = (run[0].Name(archive.SegmentSize), run[^1].Name(archive.SegmentSize));
        var what = run.Count == 1 ? $"{first} is missing" : $"{run.Count} segments are missing, {first} to {last}";
        var check = Lost(PgBackRestAspect.Wal, archive.PathOf(run[0], stanza), state, what, new SupposedDamage { Segments = run.ToHashSet(), Restored = run.ToHashSet() }) with { Files = run.Count };
        return state switch
        {
            PgBackRestFileState.Lost => check,
            PgBackRestFileState.Uploading => check with { Status = ReadinessStatus.Warn, Finding = $"{what} and being written now", Remediation = "Look again when it is done." },
            _ => check with
            {
                Status = ReadinessStatus.Warn,
                Finding = $"{what}; the primary still has it and is to archive it",
                Remediation = "See why archiving does not go on: Get-PgArchiverStatus, PostgreSQL's log. Do not let the primary go until it is archived.",
            },
        };
    }

    private IEnumerable<PgBackRestRepositoryCheck> Late()
    {
        var late = (waiting ?? []).Where(file => now - file.Since > archiveDelay).ToList();
        return late.Count == 0 ? [] :
        [
            Check(PgBackRestAspect.Wal, ReadinessStatus.Fail, $"{late.Count} files wait on the primary to be archived, the oldest since {late.Min(file => file.Since).UtcDateTime:u}") with
            {
                File = late[0].Name,
                Files = late.Count,
                State = PgBackRestFileState.Late,
                Consequence = "If the primary is lost now, all that was written since then is lost with it.",
                Remediation = "See why archiving does not go on: Get-PgArchiverStatus, PostgreSQL's log on the primary, the repository's room and rights.",
            },
        ];
    }

    private PgBackRestFileState StateOf(WalArchive archive, WalSegment segment) =>
        archive.Uploading.Contains(segment) ? PgBackRestFileState.Uploading
        : _waiting.ContainsKey(segment.Name(archive.SegmentSize)) ? PgBackRestFileState.Late
        : PgBackRestFileState.Lost;

    // What one damage costs: the spans as they would be without it, less those with it.
    private PgBackRestRepositoryCheck Lost(PgBackRestAspect aspect, string file, PgBackRestFileState state, string finding, SupposedDamage damage)
    {
        var without = damage with { Segments = new HashSet<WalSegment>(), Sets = new HashSet<string>() };
        var with = damage with { Restored = new HashSet<WalSegment>() };
        var sets = content.Backups.Where(backup => damage.Sets.Contains(backup.Label) || _archives.Any(entry => Needs(entry.Archive, backup, damage.Segments))).Select(backup => backup.Label).ToList();
        var times = TimeRanges.Without(
            [.. _archives.SelectMany(entry => entry.Spans.Find(without).Select(span => Range(entry.Archive, span)))],
            [.. _archives.SelectMany(entry => entry.Spans.Find(with).Select(span => Range(entry.Archive, span)))]);
        return Check(aspect, ReadinessStatus.Fail, finding) with
        {
            File = file,
            Files = 1,
            State = state,
            SetsLost = sets,
            TimeLost = times,
            Consequence = Consequence(sets, times),
            Remediation = sets.Count + times.Count == 0 ? "Find out what damaged the storage." : TakeFull,
        };
    }

    private static string Consequence(List<string> sets, IReadOnlyList<PgTimeRange> times) => (sets.Count, times.Count) switch
    {
        (0, 0) => "No set and no moment is lost by it.",
        (0, _) => $"No set is lost, but nothing can be restored to a moment from {string.Join(" and from ", times)}.",
        (_, 0) => $"Lost: {string.Join(", ", sets)}. Every moment can still be reached, from an older set.",
        _ => $"Lost: {string.Join(", ", sets)}. Nothing can be restored to a moment from {string.Join(" and from ", times)}.",
    };

    private static bool Needs(WalArchive archive, PgBackRestBackup backup, IReadOnlySet<WalSegment> segments) =>
        segments.Count > 0 && backup.DatabaseId == archive.DatabaseId && archive.NeededBy(backup) is (var first, var last)
        && segments.Any(segment => segment.Timeline == first.Timeline && segment.Number >= first.Number && segment.Number <= last.Number);

    private static PgTimeRange Range(WalArchive archive, RecoverySpan span)
    {
        var from = span.Backups.Min(RecoverySpan.SurelyStopped);
        var to = archive.Segments.TryGetValue(span.Last, out var last) ? last.Time : from;
        return new PgTimeRange(from, to > from ? to : from);
    }

    private HashSet<string> WithDependants(string label) =>
        [label, .. content.Backups.Where(backup => backup.Prior == label || backup.References.Contains(label)).Select(backup => backup.Label)];

    private RepositoryFile? Of(string label, string ending) => content.Manifests.GetValueOrDefault($"{label}/{Manifest}{ending}");

    private List<PgBackRestRepositoryCheck> OrPass(PgBackRestAspect aspect, IEnumerable<PgBackRestRepositoryCheck> bad, string well)
    {
        var found = bad.ToList();
        return found.Count > 0 ? found : [Check(aspect, ReadinessStatus.Pass, well)];
    }

    private PgBackRestRepositoryCheck Check(PgBackRestAspect aspect, ReadinessStatus status, string finding) => new()
    {
        Stanza = stanza,
        Repository = content.Repository,
        Aspect = aspect,
        Status = status,
        Finding = finding,
        Source = content.Node,
    };
}
