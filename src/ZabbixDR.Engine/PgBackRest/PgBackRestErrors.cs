using System.Text.RegularExpressions;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// What can go wrong with pgBackRest. Its exit code is the error's code (src/build/error/error.yaml), which says what kind of call failed
/// rather than why: so the text decides where it is plain, the code elsewhere.
/// </summary>
internal static partial class PgBackRestErrors
{
    private const string KeyElement = "AWSAccessKeyId";
    private const string ReachRepository = "Check the repository's host or object store, and the way to it from this node.";
    private const string RefusedKeys = "The object store refuses the keys in pgBackRest's configuration on the node, or their policy: Debug-DrDeployment S3 tells which.";
    private const string WrongPass = "The passphrase in pgBackRest's configuration on the node (repoN-cipher-pass) is not the one that the repository was made with.";

    /// <summary>The error for an exit code. Those that need a second look at the node (a lock, a missing stanza, a short write) are the client's.</summary>
    /// <param name="node">Where it ran.</param>
    /// <param name="command">What ran.</param>
    /// <param name="code">Its exit code.</param>
    /// <param name="text">Its error message with hints, without level and code.</param>
    public static DrException From(string node, NodeCommand command, int code, string text) => code switch
    {
        _ when Has(text, "No space left on device") || Has(text, "Disk quota exceeded") => NoSpaceLeft(node, command, code, text),
        _ when Has(text, "[13] Permission denied") || (code == FailureExplainer.LockNotAcquired && Has(text, "Permission denied")) => FileAccessRefused(node, command, code, text),
        27 or 56 when Has(text, "DbConnectError") => DatabaseNotReached(node, command, code, text),
        27 or 56 when Has(text, "primary") => NotOnPrimary(node, command, code, text),
        27 or 31 or 32 or 37 => ConfigurationRefused(node, command, code, text),
        28 or 44 or 51 or 58 => StanzaMismatch(node, command, code, text),
        39 when IsRefused(text) => RepositoryRefused(node, command, code, text),
        39 or 49 or 101 => RepositoryUnreachable(node, command, code, text),
        42 when IsSilent(text) => RepositoryUnreachable(node, command, code, text),
        56 or 57 => DatabaseNotReached(node, command, code, text),
        62 => StanzaStopped(node, command, code, text),
        63 => BackRestTerminated(node, command, code, text),
        82 => ArchiveTimedOut(node, command, code, text),
        87 => ArchivingDisabled(node, command, code, text),
        29 or 95 when IsUndeciphered(text) => CipherPassRefused(node, command, code, text),
        _ => PgBackRestFailed(node, command, code, text),
    };

    public static DrException ConfigurationUnreadable(string node, string path, string text) => DrException.Of(
        DrErrorKind.Permission,
        node,
        $"Reading {path}",
        text,
        "pgBackRest cannot read it either: run Install-PgBackRestConfiguration, or give the file to the database's user, mode 0640.");

    public static DrException LockHeld(string node, NodeCommand command, string text, string holder) => DrException.Of(
        DrErrorKind.Busy,
        node,
        Running(command),
        $"{Back(50, text)}. The lock {holder}",
        "Wait for that run to end, or end it if it hangs, and try again.");

    public static DrException LockHeld(string tried, RunningBackRest other, TimeSpan? waited) => DrException.Of(
        DrErrorKind.Busy,
        other.Node,
        tried,
        $"pgBackRest works on the stanza already{(waited is { } time ? $", and still does after a wait of {time}" : "")}: {other}",
        "Wait for that run to end (-Wait), or end it if it hangs, and try again.");

    public static DrException BackupRoomMissing(string node, string stanza, string found) => DrException.Of(
        DrErrorKind.DiskFull,
        node,
        $"Backing up the stanza {stanza}",
        found,
        "Make room: Remove-PgBackRestBackup, a smaller retention or a larger storage; WAL archiving needs the same room. -SkipSpaceCheck backs up all the same.");

    public static DrException NoSpaceLeft(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.DiskFull,
        node,
        Running(command),
        Back(code, text),
        "Make room in the repository: pgbackrest expire with a smaller retention, or a larger storage. WAL archiving needs the same room.");

    public static DrException StanzaMissing(string node, string stanza, int? repository, IReadOnlyList<string> existing) => DrException.Of(
        DrErrorKind.NotFound,
        node,
        $"Looking for the stanza {stanza}",
        $"{Named(repository)} has no such stanza, but: {string.Join(", ", existing)}",
        "Correct pgbackrest.stanza in the topology file, or create the stanza with pgbackrest stanza-create.");

    public static DrException RepositoryMissing(string node, string stanza, int? repository) => DrException.Of(
        DrErrorKind.NotFound,
        node,
        $"Looking for the stanza {stanza}",
        $"{Named(repository)} holds nothing at all there: its directory is missing or empty",
        "If backups should be there, the storage is not the right one: check that it is mounted. Only in a new repository, run pgbackrest stanza-create.");

    public static DrException StanzaIncomplete(string node, string stanza, int repository, string message) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        $"Reading the stanza {stanza} in {Named(repository)}",
        message,
        "The stanza's folder is there without a readable backup.info: was stanza-create interrupted, or were files lost?");

    public static DrException RepositoryUnreadable(string node, string stanza, int repository, string message)
    {
        var (kind, remedy) = message switch
        {
            _ when IsUndeciphered(message) => (DrErrorKind.Authentication, WrongPass),
            _ when IsRefused(message) => (DrErrorKind.Authentication, RefusedKeys),
            _ when Has(message, "Permission denied") => (DrErrorKind.Permission, "Give the repository back to the user that pgBackRest runs as."),
            _ when IsSilent(message) => (DrErrorKind.Unreachable, ReachRepository),
            _ => (DrErrorKind.Remote, "The message is pgBackRest's own."),
        };
        return DrException.Of(kind, node, $"Reading the stanza {stanza} in {Named(repository)}", Printable(message), remedy);
    }

    public static DrException RepositoriesDisagree(string node, string stanza, string message) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        $"Reading the stanza {stanza}",
        message,
        "One repository missed a stanza-upgrade: run pgbackrest stanza-upgrade, and look at each repository with -Repository.");

    public static DrException InfoUnreadable(string node, string found, Exception? cause) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        "Reading the answer of pgbackrest info",
        found,
        "Run pgbackrest info --output=json there and look at what it prints.",
        cause);

    public static DrException ListingUnreadable(string node, NodeCommand command, Exception cause) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        "Listing the repository",
        $"what {command} printed is not what it should be ({cause.Message})",
        "Run it there and look at what it prints.",
        cause);

    public static DrException SegmentUnreadable(string node, NodeCommand command, string text) => DrException.Of(
        DrErrorKind.Remote,
        node,
        Running(command),
        text.Length > 0 ? Printable(text) : "nothing came",
        "The segment may have been expired meanwhile, or the node has no data directory that tells pgBackRest which archive is its own.");

    public static DrException VerifyBroke(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Remote,
        node,
        Running(command),
        $"it told no result: {Back(code, text)}",
        "Nothing is known of the content. The message is pgBackRest's own.");

    public static DrException BackupUnproven(string node, string found) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        "Reading back the backup that was made",
        found,
        "Do not rely on it: look at pgbackrest info and take another.");

    public static DrException BackupHasPageErrors(string node, string label, IReadOnlyList<string> files) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        $"Taking the backup {label}",
        $"it was completed, but page checksums are wrong in {(files.Count > 0 ? string.Join(", ", files.Take(10)) : "the database's files")}{(files.Count > 10 ? $" and {files.Count - 10} more" : "")}",
        "The database itself is damaged there, and the set holds the damage. Keep older sets from expiring, check the storage, and repair those relations.");

    public static DrException ExpireFailed(string node, NodeCommand command, string label, int code, string text) => DrException.Of(
        DrErrorKind.Remote,
        node,
        Running(command),
        $"the set {label} was made and is complete; expiring old ones after it was not: {Back(code, text)}",
        "Nothing of the new set is missing; the repository keeps more than retention asks for until pgbackrest expire succeeds.");

    private static DrException FileAccessRefused(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Permission,
        node,
        Running(command),
        Back(code, text),
        $"Give {command.User} the right to that path; a repository's owner changes when it is written by root once.");

    private static DrException NotOnPrimary(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        Running(command),
        Back(code, text),
        "pgBackRest there finds no primary: the leader has just moved, or PostgreSQL is not up. Try again, the leader is looked up anew.");

    private static DrException ConfigurationRefused(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        Running(command),
        Back(code, text),
        "Correct pgBackRest's configuration on the node: the stanza's section must bear the name that the topology has, with pg1-path.");

    private static DrException StanzaMismatch(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        Running(command),
        Back(code, text),
        "The stanza belongs to another database cluster or version: after a major upgrade run pgbackrest stanza-upgrade, else correct the stanza or the repository.");

    private static DrException RepositoryUnreachable(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Unreachable,
        node,
        Running(command),
        Back(code, text),
        ReachRepository);

    private static DrException RepositoryRefused(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Authentication,
        node,
        Running(command),
        Back(code, text),
        RefusedKeys);

    private static DrException DatabaseNotReached(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Unreachable,
        node,
        Running(command),
        Back(code, text),
        "Check that PostgreSQL runs there, and pg1-port and pg1-socket-path in pgBackRest's configuration.");

    private static DrException StanzaStopped(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        Running(command),
        Back(code, text),
        "Somebody ran pgbackrest stop there. Once the reason is gone, run pgbackrest start.");

    private static DrException BackRestTerminated(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Remote,
        node,
        Running(command),
        text.Length > 0 ? Back(code, text) : $"[{code:000}] a signal ended it",
        "Somebody stopped it on the node, by pgbackrest stop or kill. No set was made; take the backup again.");

    private static DrException ArchiveTimedOut(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Timeout,
        node,
        Running(command),
        Back(code, text),
        "WAL does not reach the repository: look at pg_stat_archiver and PostgreSQL's log for archive-push. Without it no backup can be completed.");

    private static DrException ArchivingDisabled(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        Running(command),
        Back(code, text),
        "Set archive_mode and archive_command in Patroni's dynamic configuration and restart the members.");

    private static DrException CipherPassRefused(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Authentication,
        node,
        Running(command),
        Back(code, text),
        WrongPass);

    private static DrException PgBackRestFailed(string node, NodeCommand command, int code, string text) => DrException.Of(
        DrErrorKind.Remote,
        node,
        Running(command),
        Back(code, text),
        "The message is pgBackRest's own; its log on the node, by default under /var/log/pgbackrest, says more.");

    // A wrong passphrase mostly fails in the padding; where that fits by chance, what follows is not a configuration file.
    private static bool IsUndeciphered(string text) => Has(text, "CryptoError") || Has(text, "key/value found outside of section") || Has(text, "cipher header");

    private static bool IsRefused(string text) => Has(text, "HTTP request failed with 401") || Has(text, "HTTP request failed with 403");

    private static bool IsSilent(string text) => Has(text, "timeout after") || Has(text, "HostConnectError") || Has(text, "ServiceError");

    private static bool Has(string text, string part) => text.Contains(part, StringComparison.OrdinalIgnoreCase);

    private static string Running(NodeCommand command) => $"Running {command} as {command.User}";

    private static string Back(int code, string text) => $"[{code:000}] {(text.Length > 0 ? Printable(text).TrimEnd().TrimEnd('.') : "no message")}";

    /// <summary>
    /// The text without the lines that pgBackRest quotes of what it deciphered with a wrong passphrase, without the access key that an object
    /// store's refusal repeats (Amazon S3 API reference, InvalidAccessKeyId), and <see cref="Legible"/>.
    /// </summary>
    public static string Printable(string text)
    {
        var shown = Undeciphered().Replace(text, "$1");
        return Legible(shown.Contains(KeyElement, StringComparison.Ordinal) ? RepeatedKey().Replace(shown, "$1(secret)") : shown);
    }

    /// <summary>The text without what no terminal and no JSON reader bears.</summary>
    public static string Legible(string text) =>
        text.All(IsPrintable) ? text : string.Concat(text.Select(character => IsPrintable(character) ? character : '?'));

    [GeneratedRegex($"(<{KeyElement}>)[^<]*")]
    private static partial Regex RepeatedKey();

    // pgBackRest's src/common/ini.c quotes the line; the next message begins in a line of its own, with an error's name or a hint.
    [GeneratedRegex(@"(key/value found outside of section at line [0-9]+): .*?(?=\n[A-Z][A-Za-z]+Error: |\nHINT: |$)", RegexOptions.Singleline)]
    private static partial Regex Undeciphered();

    private static bool IsPrintable(char character) => character is '\n' or '\r' || !(char.IsControl(character) || character == '\uFFFD');

    private static string Named(int? repository) => repository is { } key ? $"repository {key}" : "the repository";
}
