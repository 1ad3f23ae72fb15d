using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The command lines of pgBackRest. What a configuration file may have set otherwise and we rely on is set here.</summary>
/// <param name="Stanza">The stanza.</param>
/// <param name="User">The user that pgBackRest runs as.</param>
/// <param name="ConfigFile">Its configuration file; null for the one that it finds by itself.</param>
internal sealed record PgBackRestCommands(string Stanza, string User, string? ConfigFile)
{
    /// <summary>The longest that a look takes where the caller does not say; see <see cref="Info"/>.</summary>
    public static readonly TimeSpan DefaultLookLimit = TimeSpan.FromSeconds(60);

    private const string Program = "pgbackrest";

    // The default of config-include-path (src/build/config/config.yaml).
    private const string IncludeFolder = "/etc/pgbackrest/conf.d";

    // The range of pgBackRest's own codes (src/build/error/error.yaml); all others are the shell's, sudo's or a signal's.
    private static readonly int[] OwnCodes = [0, .. Enumerable.Range(25, 101)];

    private static readonly string[] s_keepAll = ["--no-expire-auto"];
    private static readonly string[] s_exclusive = ["--target-exclusive"];
    private static readonly string[] s_promote = ["--target-action=promote"];

    /// <summary>The longest that a look may take.</summary>
    public TimeSpan LookLimit { get; init; } = DefaultLookLimit;

    /// <summary>Takes a backup.</summary>
    public ChangingCommand Backup(BackupRequest request) => new(
        Program,
        [
            .. Config,
            $"--stanza={Stanza}",
            .. Repository(request.Repository),
            $"--type={Name(request.Type)}",
            .. request.KeepsAll ? s_keepAll : [],
            .. request.Run is { } run ? new[] { $"--annotation={BackupRequest.RunAnnotation}={run}" } : [],
            "--log-level-console=detail",
            "--log-level-stderr=off",
            "--log-timestamp",
            "backup",
        ])
    {
        User = User,
        TimeLimit = request.TimeLimit,
        AcceptedExitCodes = OwnCodes,
    };

    /// <summary>Restores a set into a data directory, for a server that is to recover to a goal (command reference, "Restore").</summary>
    /// <remarks>With --delta an empty directory is filled, and one that a restore which broke off left is gone on with.</remarks>
    public IReadOnlyList<string> Restore(int repository, string set, PgRecoveryGoal goal, int timeline, string dataDirectory) =>
    [
        Program,
        .. Config,
        $"--stanza={Stanza}",
        $"--pg1-path={dataDirectory}",
        .. Repository(repository),
        $"--set={set}",
        .. Options(goal),
        // Refused with a set's own end: that lies on the timeline of the set.
        .. goal.Kind == PgRecoveryGoalKind.Immediate ? Array.Empty<string>() : [string.Create(CultureInfo.InvariantCulture, $"--target-timeline={timeline}")],
        "--delta",
        "--log-level-console=detail",
        "--log-level-stderr=off",
        "--log-timestamp",
        "restore",
    ];

    /// <summary>
    /// Restores a set beside the data in use, for a server that recovers without disturbing anybody: with a lock of its own, so that a restore in earnest is not kept waiting, with
    /// tablespaces and links inside of the place, and with archiving off.
    /// </summary>
    /// <param name="repository">The repository.</param>
    /// <param name="set">The set.</param>
    /// <param name="goal">Where the recovery shall stop.</param>
    /// <param name="timeline">The timeline to follow.</param>
    /// <param name="place">Where; what is there is the drill's alone.</param>
    /// <param name="processes">How many processes restore.</param>
    public IReadOnlyList<string> RestoreBeside(int repository, string set, PgRecoveryGoal goal, int timeline, ScratchPlace place, int processes)
    {
        var restore = Restore(repository, set, goal, timeline, place.DataDirectory);
        return
        [
            .. restore.SkipLast(1).Where(argument => argument != "--delta"),
            .. Beside(place),
            $"--tablespace-map-all={place.TablespaceDirectory}",
            "--no-link-all",
            "--archive-mode=off",
            string.Create(CultureInfo.InvariantCulture, $"--process-max={processes}"),
            restore[^1],
        ];
    }

    /// <summary>The restore_command of a server that recovers there: without pgBackRest's spool, which the server in use has for itself.</summary>
    public string FetchBeside(int repository, ScratchPlace place)
    {
        var fetch = FetchSegment(repository);
        return $"{ShellQuoting.Quote([.. fetch.SkipLast(1), $"--pg1-path={place.DataDirectory}", .. Beside(place), fetch[^1]])} %f \"%p\"";
    }

    /// <summary>Removes a set with all that builds on it, or what retention no longer covers.</summary>
    public ChangingCommand Expire(ExpireRequest request) => new(Program, [.. Config, .. Expiry(request), "expire"])
    {
        User = User,
        TimeLimit = request.TimeLimit,
        AcceptedExitCodes = OwnCodes,
    };

    /// <summary>Says what <see cref="Expire"/> would remove. It removes nothing, and writes no log.</summary>
    /// <remarks>As long as a listing of the archive takes, and no longer than the removal may.</remarks>
    public ObservingCommand TryExpire(ExpireRequest request) => new(Program, [.. Config, .. Expiry(request), "--log-level-file=off", "--dry-run", "expire"])
    {
        User = User,
        TimeLimit = request.TimeLimit,
        AcceptedExitCodes = OwnCodes,
    };

    /// <summary>Reads what the repositories hold.</summary>
    /// <remarks>
    /// 60 s: it reads two small files a repository and lists the archive, so it grows with the number of WAL folders and the storage's
    /// delay, not with the data. pgBackRest asks a silent object store again and again, for nine times its io-timeout in all (measured
    /// with 2.55.1: 46 s with 5 s, beyond 130 s with 20 s): with 5 s it still says itself what is wrong, and none is left behind on the
    /// node. Two silent repositories take longer than the limit: ask for one.
    /// </remarks>
    public ObservingCommand Info(int? repository, string? set = null) => Look(
        [$"--stanza={Stanza}", .. Repository(repository), .. set is null ? Array.Empty<string>() : [$"--set={set}"], "--output=json", .. Quiet, "info"]);

    /// <summary>Reads a configuration file with every secret in it blotted out, so that those who only look may.</summary>
    /// <remarks>What <see cref="PgBackRestFile.IsSecret"/> says, for sed, in comments too. Whole in a sudo rule, so without quotes.</remarks>
    public ObservingCommand ReadConfiguration(string path) => LookAtFile(
        "sed",
        "-E",
        "-e",
        @"s/^([^=]*(pass|secret|token)[^=]*=).*/\1(secret)/",
        "-e",
        @"s/^([^=]*-key[[:blank:]]*=).*/\1(secret)/",
        "--",
        path);

    /// <summary>Says whose a configuration file is and who may read it: owner:group mode.</summary>
    public ObservingCommand DescribeConfiguration(string path) => LookAtFile("stat", "--format=%U:%G %a", "--", path);

    /// <summary>Lists the files that pgBackRest reads beside its configuration file.</summary>
    public ObservingCommand ListIncluded() => LookAtFile("ls", "--", IncludeFolder);

    /// <summary>Reads what the repositories hold by another configuration file than the one that is in use; as long as <see cref="Info"/>.</summary>
    public ObservingCommand Trial(string configFile) => (this with { ConfigFile = configFile }).Info(null);

    /// <summary>Makes the stanza's folders and files in each repository, or, after a new major version of PostgreSQL, brings them up to it.</summary>
    /// <remarks>Some small files a repository; a silent object store is asked for nine times the io-timeout.</remarks>
    public ChangingCommand MakeStanza(bool upgrade, TimeSpan timeLimit) => Act(timeLimit, [$"--stanza={Stanza}", .. Quiet, upgrade ? "stanza-upgrade" : "stanza-create"]);

    /// <summary>Switches a WAL segment and waits until it is in every repository.</summary>
    /// <remarks>pgBackRest waits as long as is given here for the segment; a minute more for what goes before.</remarks>
    public ChangingCommand Check(TimeSpan archiveTimeout) => Act(
        archiveTimeout + TimeSpan.FromMinutes(1),
        [$"--stanza={Stanza}", string.Create(CultureInfo.InvariantCulture, $"--archive-timeout={archiveTimeout.TotalSeconds:0}"), .. Quiet, "check"]);

    /// <summary>Lists the stanzas that a repository holds: the folders under <c>backup</c>.</summary>
    public ObservingCommand Stanzas(int? repository) => Look([.. Repository(repository), .. Quiet, "repo-ls", "backup"]);

    /// <summary>Reads what the repositories hold of every stanza.</summary>
    public ObservingCommand InfoOfAll(int? repository) => Look([.. Repository(repository), "--output=json", .. Quiet, "info"]);

    /// <summary>Lists the WAL archive of the stanza in a repository, all of it.</summary>
    public ObservingCommand ListArchive(int repository, TimeSpan timeLimit) =>
        Look([.. Repository(repository), "--recurse", "--output=json", .. Quiet, "repo-ls", $"archive/{Stanza}"]) with { TimeLimit = timeLimit };

    /// <summary>Lists the files that describe the stanza's sets in a repository.</summary>
    public ObservingCommand ListManifests(int repository, TimeSpan timeLimit) =>
        Look([.. Repository(repository), "--recurse", @"--filter=(^|/)backup\.(manifest|info)(\.copy)?$", "--output=json", .. Quiet, "repo-ls", $"backup/{Stanza}"]) with { TimeLimit = timeLimit };

    /// <summary>Reads what <c>backup.info</c> says of one set, and nothing else of it: the file holds the passphrase of the sets too.</summary>
    /// <remarks>The script stands in the sudo rules of those who only look: no quotes, and nothing in it varies but the stanza. The label stands in quotes elsewhere in the file.</remarks>
    public ObservingCommand ReadSetLine(int repository, string label) => new(
        "sh",
        "-c",
        $"pgbackrest {string.Join(' ', [.. Config, .. Quiet])} --repo=$1 repo-get backup/{Stanza}/backup.info | grep -F -m 1 -- $2=",
        "sh",
        repository.ToString(CultureInfo.InvariantCulture),
        label)
    {
        User = User,
        TimeLimit = LookLimit,
        AcceptedExitCodes = [0, 1],
        Title = $"pgbackrest --repo={repository} repo-get backup/{Stanza}/backup.info",
    };

    /// <summary>Reads the history file of a timeline.</summary>
    public ObservingCommand ReadHistory(int repository, string archive, int timeline) =>
        Look([.. Repository(repository), .. Quiet, "repo-get", $"archive/{Stanza}/{archive}/{timeline:X8}.history"]);

    /// <summary>
    /// Reads a WAL segment out of the archive, as PostgreSQL wrote it, without a file on the node: pgBackRest opens the pipe that the shell
    /// made for it. Where it fails, nothing comes and standard error says why.
    /// </summary>
    /// <remarks>The script stands in the sudo rules of those who only look: no quotes, and nothing in it varies but the stanza.</remarks>
    public ObservingCommand ReadSegment(int repository, string segment, TimeSpan timeLimit) => new(
        "sh",
        "-c",
        $"pgbackrest {string.Join(' ', [.. Config, $"--stanza={Stanza}", .. Quiet])} --no-archive-async --repo=$1 archive-get $2 /dev/stdout | cat",
        "sh",
        repository.ToString(CultureInfo.InvariantCulture),
        segment)
    {
        User = User,
        TimeLimit = timeLimit,
        Title = $"pgbackrest --stanza={Stanza} --repo={repository} archive-get {segment}",
    };

    /// <summary>The program and arguments that fetch a WAL segment out of the archive; the segment and the file to write follow.</summary>
    public IReadOnlyList<string> FetchSegment(int repository) =>
        [Program, .. Config, $"--stanza={Stanza}", .. Quiet, "--no-archive-async", .. Repository(repository), "archive-get"];

    /// <summary>Reads every file of a repository and compares it with its checksum. It takes no lock and, told so, writes no log.</summary>
    public ObservingCommand Verify(int repository, TimeSpan timeLimit) => new(
        Program,
        [
            .. Config,
            $"--stanza={Stanza}",
            .. Repository(repository),
            "--verbose",
            "--log-level-console=detail",
            "--log-level-file=off",
            "--log-level-stderr=off",
            "--log-timestamp",
            "verify",
        ])
    {
        User = User,
        TimeLimit = timeLimit,
        AcceptedExitCodes = OwnCodes,
    };

    /// <summary>Reads the lock file that another run holds.</summary>
    public static ObservingCommand ReadLock(string user, string path) => new("cat", "--", path) { User = user };

    /// <summary>Describes a process: since when it runs, as whom, and what it is.</summary>
    public static ObservingCommand DescribeProcess(int id) => new("ps", "-o", "lstart=,user=,args=", "-p", id.ToString(CultureInfo.InvariantCulture));

    /// <summary>Lists all processes: number, user, start (in UTC, as every command runs), command line.</summary>
    public static ObservingCommand ListProcesses() => new("ps", "-e", "-ww", "-o", "pid=,user:32=,lstart=,args=");

    /// <summary>Lists the segments in one folder of the archive.</summary>
    public ObservingCommand ListSegments(int repository, string archive, string folder) =>
        Look([.. Repository(repository), "--output=json", .. Quiet, "repo-ls", $"archive/{Stanza}/{archive}/{folder}"]);

    /// <summary>The bytes that are free where a directory lies: a title, then the number.</summary>
    public static ObservingCommand FreeSpace(string user, string directory) => new("df", "-B1", "--output=avail", "--", directory) { User = user };

    // Standard output is the answer alone, standard error what it complains about.
    private static string[] Quiet => ["--log-level-console=off", "--log-level-stderr=warn", "--io-timeout=5"];

    private static string[] Beside(ScratchPlace place) => [$"--lock-path={place.LockDirectory}", "--log-level-file=off"];

    private string[] Config => ConfigFile is null ? [] : [$"--config={ConfigFile}"];

    private string[] Expiry(ExpireRequest request) =>
    [
        $"--stanza={Stanza}",
        .. Repository(request.Repository),
        .. request.Label is { } label ? new[] { $"--set={label}" } : [],
        "--log-level-console=info",
        "--log-level-stderr=off",
        "--log-timestamp",
    ];

    private ObservingCommand Look(string[] arguments) => new(Program, [.. Config, .. arguments])
    {
        User = User,
        TimeLimit = LookLimit,
        AcceptedExitCodes = OwnCodes,
    };

    // These programs say with 1 or 2 that they failed, and why on standard error.
    private ObservingCommand LookAtFile(string program, params string[] arguments) => new(program, arguments)
    {
        User = User,
        AcceptedExitCodes = [0, 1, 2],
    };

    private ChangingCommand Act(TimeSpan timeLimit, string[] arguments) => new(Program, [.. Config, .. arguments])
    {
        User = User,
        TimeLimit = timeLimit,
        AcceptedExitCodes = OwnCodes,
    };

    private static string[] Repository(int? repository) =>
        repository is { } key ? [$"--repo={key.ToString(CultureInfo.InvariantCulture)}"] : [];

    private static IEnumerable<string> Options(PgRecoveryGoal goal) =>
    [
        $"--type={(goal.Kind == PgRecoveryGoalKind.Latest ? "default" : goal.Kind.ToString().ToLowerInvariant())}",
        .. goal.Value is null ? Array.Empty<string>() : [$"--target={goal.Value}"],
        .. goal.IsExclusive ? s_exclusive : [],
        .. goal.Kind == PgRecoveryGoalKind.Latest ? [] : s_promote,
    ];

    private static string Name(PgBackRestBackupType type) => type switch
    {
        PgBackRestBackupType.Full => "full",
        PgBackRestBackupType.Diff => "diff",
        _ => "incr",
    };
}
