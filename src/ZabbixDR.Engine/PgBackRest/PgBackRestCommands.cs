using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>The command lines of pgBackRest. What a configuration file may have set otherwise and we rely on is set here.</summary>
internal static class PgBackRestCommands
{
    private const string Program = "pgbackrest";

    // The default of config-include-path (src/build/config/config.yaml).
    private const string IncludeFolder = "/etc/pgbackrest/conf.d";

    // The range of pgBackRest's own codes (src/build/error/error.yaml); all others are the shell's, sudo's or a signal's.
    private static readonly int[] OwnCodes = [0, .. Enumerable.Range(25, 101)];

    /// <summary>Takes a backup.</summary>
    public static ChangingCommand Backup(string stanza, string user, BackupRequest request) => new(
        Program,
        [
            $"--stanza={stanza}",
            .. Repository(request.Repository),
            $"--type={Name(request.Type)}",
            "--log-level-console=detail",
            "--log-level-stderr=off",
            "--log-timestamp",
            "backup",
        ])
    {
        User = user,
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
    public static ObservingCommand Info(string stanza, string user, int? repository, string? set = null) => Look(
        user,
        [$"--stanza={stanza}", .. Repository(repository), .. set is null ? Array.Empty<string>() : [$"--set={set}"], "--output=json", .. Quiet, "info"]);

    /// <summary>Reads a configuration file with every secret in it blotted out, so that those who only look may.</summary>
    /// <remarks>What <see cref="PgBackRestFile.IsSecret"/> says, for sed, in comments too. Whole in a sudo rule, so without quotes.</remarks>
    public static ObservingCommand ReadConfiguration(string user, string path) => LookAtFile(
        user,
        "sed",
        "-E",
        "-e",
        @"s/^([^=]*(pass|secret|token)[^=]*=).*/\1(secret)/",
        "-e",
        @"s/^([^=]*-key[[:blank:]]*=).*/\1(secret)/",
        "--",
        path);

    /// <summary>Says whose a configuration file is and who may read it: owner:group mode.</summary>
    public static ObservingCommand DescribeConfiguration(string user, string path) => LookAtFile(user, "stat", "--format=%U:%G %a", "--", path);

    /// <summary>Lists the files that pgBackRest reads beside its configuration file.</summary>
    public static ObservingCommand ListIncluded(string user) => LookAtFile(user, "ls", "--", IncludeFolder);

    /// <summary>Reads what the repositories hold by another configuration file than the one that is in use; as long as <see cref="Info"/>.</summary>
    public static ObservingCommand Trial(string stanza, string user, string configFile) =>
        Look(user, [$"--config={configFile}", $"--stanza={stanza}", "--output=json", .. Quiet, "info"]);

    /// <summary>Makes the stanza's folders and files in each repository, or, after a new major version of PostgreSQL, brings them up to it.</summary>
    /// <remarks>5 min: some small files a repository; a silent object store is asked for nine times the io-timeout.</remarks>
    public static ChangingCommand MakeStanza(string stanza, string user, bool upgrade) => Act(user, TimeSpan.FromMinutes(5), [$"--stanza={stanza}", .. Quiet, upgrade ? "stanza-upgrade" : "stanza-create"]);

    /// <summary>Switches a WAL segment and waits until it is in every repository.</summary>
    /// <remarks>pgBackRest waits as long as is given here for the segment; a minute more for what goes before.</remarks>
    public static ChangingCommand Check(string stanza, string user, TimeSpan archiveTimeout) => Act(
        user,
        archiveTimeout + TimeSpan.FromMinutes(1),
        [$"--stanza={stanza}", string.Create(CultureInfo.InvariantCulture, $"--archive-timeout={archiveTimeout.TotalSeconds:0}"), .. Quiet, "check"]);

    /// <summary>Lists the stanzas that a repository holds: the folders under <c>backup</c>.</summary>
    public static ObservingCommand Stanzas(string user, int? repository) => Look(user, [.. Repository(repository), .. Quiet, "repo-ls", "backup"]);

    /// <summary>Reads the lock file that another run holds.</summary>
    public static ObservingCommand ReadLock(string user, string path) => new("cat", "--", path) { User = user };

    /// <summary>Describes a process: since when it runs, as whom, and what it is.</summary>
    public static ObservingCommand DescribeProcess(int id) => new("ps", "-o", "lstart=,user=,args=", "-p", id.ToString(CultureInfo.InvariantCulture));

    /// <summary>The bytes that are free where a directory lies: a title, then the number.</summary>
    public static ObservingCommand FreeSpace(string user, string directory) => new("df", "-B1", "--output=avail", "--", directory) { User = user };

    // Standard output is the answer alone, standard error what it complains about.
    private static string[] Quiet => ["--log-level-console=off", "--log-level-stderr=warn", "--io-timeout=5"];

    private static ObservingCommand Look(string user, string[] arguments) => new(Program, arguments)
    {
        User = user,
        TimeLimit = TimeSpan.FromSeconds(60),
        AcceptedExitCodes = OwnCodes,
    };

    // These programs say with 1 or 2 that they failed, and why on standard error.
    private static ObservingCommand LookAtFile(string user, string program, params string[] arguments) => new(program, arguments)
    {
        User = user,
        AcceptedExitCodes = [0, 1, 2],
    };

    private static ChangingCommand Act(string user, TimeSpan timeLimit, string[] arguments) => new(Program, arguments)
    {
        User = user,
        TimeLimit = timeLimit,
        AcceptedExitCodes = OwnCodes,
    };

    private static string[] Repository(int? repository) =>
        repository is { } key ? [$"--repo={key.ToString(CultureInfo.InvariantCulture)}"] : [];

    private static string Name(PgBackRestBackupType type) => type switch
    {
        PgBackRestBackupType.Full => "full",
        PgBackRestBackupType.Diff => "diff",
        _ => "incr",
    };
}
