using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.Operations.Archiving;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Diagnosis;

/// <summary>The primary's archiver: whether it is on, by whose setting, whether its command is the right one, and why the last attempt failed.</summary>
internal sealed class ArchivingDiagnosis : IDiagnosis
{
    private const string TurnOn = "Run Enable-PgWalArchiving -Restart, replicas are restarted first.";

    // An archive_timeout's worth may always wait, and some more while a backup is taken.
    private const int ManyWaiting = 10;

    // Of the log, from its end: an attempt a second, each with a few lines, so more than the last minute of failures.
    private const int LogLines = 1000;
    private static readonly string[] s_settings = ["archive_mode", "archive_command", "archive_library", "archive_timeout"];

    public DrSubject Subject => DrSubject.Archiving;

    public string? NotApplicable(DrTopology topology) => topology.Postgres is null || topology.Patroni is null ? "the topology file has no postgres or no patroni" : null;

    public async Task<IReadOnlyList<DrFinding>> RunAsync(DiagnosisContext context, CancellationToken cancellation)
    {
        var look = new Look(Subject, (await context.PrimaryAsync(cancellation).ConfigureAwait(false)).Node);
        try
        {
            return [await LookAsync(look, context, cancellation).ConfigureAwait(false)];
        }
        catch (DrException failure)
        {
            return [look.Unknown(failure)];
        }
    }

    private static async Task<DrFinding> LookAsync(Look look, DiagnosisContext context, CancellationToken cancellation)
    {
        var postgres = context.Deployment.Postgres;
        var archiver = await postgres.GetArchiverAsync(look.Node, cancellation).ConfigureAwait(false);
        var origins = await postgres.GetSettingOriginsAsync(look.Node, s_settings, cancellation).ConfigureAwait(false);
        look.Saw("pg_stat_archiver", $"{archiver.ArchivedCount} archived, the last {archiver.LastArchivedWal ?? "none"} at {archiver.LastArchivedTime:u}; {archiver.FailedCount} failed, the last {archiver.LastFailedWal ?? "none"} at {archiver.LastFailedTime:u}; {archiver.WaitingCount} wait");
        foreach (var origin in origins.Where(origin => origin.File is not null))
        {
            look.Saw(origin.Name, $"set in {origin.File}");
        }

        return await OfModeAsync(look, context, archiver, origins, cancellation).ConfigureAwait(false)
            ?? OfCommand(look, context, archiver, origins)
            ?? (archiver.IsFailing ? await OfFailureAsync(look, context, archiver, cancellation).ConfigureAwait(false) : null)
            ?? await OfFlowAsync(look, context, archiver, cancellation).ConfigureAwait(false)
            ?? look.Fine($"{archiver.LastArchivedWal} was archived at {archiver.LastArchivedTime:u}, and nothing failed since");
    }

    private static async Task<DrFinding?> OfModeAsync(Look look, DiagnosisContext context, PgArchiver archiver, IReadOnlyList<PgSettingOrigin> origins, CancellationToken cancellation)
    {
        if (archiver.ArchiveMode != PgArchiveMode.Off)
        {
            return null;
        }

        if (Override(look, origins, "archive_mode") is { } found)
        {
            return found;
        }

        var cluster = await context.Deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false);
        return cluster.Members.Any(member => member.Name == look.Node.Name && member.PendingRestart)
            ? look.Fault("restart-pending", "archive_mode is off, and Patroni waits for a restart of PostgreSQL there to change settings", "Run Enable-PgWalArchiving -Restart: archive_mode needs a restart, a reload is not enough.")
            : look.Fault("mode-off", "archive_mode is off: no WAL is archived, and nothing after a backup could be recovered", TurnOn);
    }

    private static DrFinding? OfCommand(Look look, DiagnosisContext context, PgArchiver archiver, IReadOnlyList<PgSettingOrigin> origins)
    {
        if (archiver.ArchiveLibrary is { } library)
        {
            return look.Fault("library-set", $"archive_library is {library}, and goes before archive_command: pgBackRest is never called", "Take archive_library out of the configuration, in Patroni's or by ALTER SYSTEM RESET archive_library.");
        }

        if (context.Deployment.Topology.PgBackRest is not { } settings || new ArchivingTarget(settings.Stanza, null).IsPush(archiver.ArchiveCommand))
        {
            return null;
        }

        return Override(look, origins, "archive_command")
            ?? look.Fault("command-differs", $"archive_command is {archiver.ArchiveCommand ?? "empty"}, which does not push to the stanza {settings.Stanza} alone", TurnOn);
    }

    // ALTER SYSTEM writes into a file that PostgreSQL reads last, so that it wins over what Patroni writes.
    private static DrFinding? Override(Look look, IReadOnlyList<PgSettingOrigin> origins, string name) =>
        origins.FirstOrDefault(origin => origin.Name == name) is { File: { } file } origin && Path.GetFileName(file) == AutoConf.FileName
            ? look.Fault("overridden", $"ALTER SYSTEM has set {name} to '{origin.Value}', which goes before what Patroni sets", $"ALTER SYSTEM RESET {name} in psql on that node, then Enable-PgWalArchiving.")
            : null;

    private static async Task<DrFinding> OfFailureAsync(Look look, DiagnosisContext context, PgArchiver archiver, CancellationToken cancellation)
    {
        var failing = $"archiving {archiver.LastFailedWal} failed at {archiver.LastFailedTime:u}, after the last success ({archiver.LastArchivedTime:u})";
        var cause = context.CauseOn(look.Node.Name, DrSubject.Storage, DrSubject.S3, DrSubject.Stanza);
        var said = await LastErrorAsync(look, context, cancellation).ConfigureAwait(false);
        if (said is { Code: { } code })
        {
            var failure = PgBackRestErrors.From(look.Node.Name, new ObservingCommand("pgbackrest", "archive-push"), code, said.Text);
            return look.Fault("failing", $"{failing}: [{code:000}] {said.Text.TrimEnd('.')}", failure.Remedy) with { CausedBy = cause };
        }

        return look.Fault(
            "failing",
            failing,
            cause is null ? "PostgreSQL's log on the node tells what archive-push said; so do pgBackRest's, by default under /var/log/pgbackrest." : "Mend its cause first: the archiver tries again by itself, once a minute.") with
        { CausedBy = cause };
    }

    // PostgreSQL writes what the command said into its log: a file of its own, else Patroni's journal.
    private static async Task<ConsoleLine?> LastErrorAsync(Look look, DiagnosisContext context, CancellationToken cancellation)
    {
        var topology = context.Deployment.Topology;
        var paths = new NodePaths(topology, await NodePlatform.ReadAsync(look.Node, cancellation).ConfigureAwait(false));
        var file = await context.Deployment.Postgres.GetLogFileAsync(look.Node, cancellation).ConfigureAwait(false);
        var command = file is null
            ? new ObservingCommand("journalctl", "--unit", paths.PatroniUnit, "--output=cat", "--no-pager", "--quiet", $"--lines={LogLines}") { User = "root" }
            : new ObservingCommand("tail", $"--lines={LogLines}", "--", file) { User = topology.Postgres!.User };
        var (result, failure) = await DrException.TryAsync(() => look.Node.RunAsync(command, cancellation)).ConfigureAwait(false);
        var last = result?.Lines.Select(ConsoleLine.Read).LastOrDefault(line => line is { Level: "ERROR" or "ASSERT" });
        look.Saw($"{command}", failure?.Message ?? (last is null ? "no error of pgBackRest" : $"[{last.Code:000}] {last.Text}"));
        return last;
    }

    private static async Task<DrFinding?> OfFlowAsync(Look look, DiagnosisContext context, PgArchiver archiver, CancellationToken cancellation)
    {
        if (archiver.WaitingCount >= ManyWaiting)
        {
            return look.Doubt("behind", $"{archiver.WaitingCount} segments ({ByteSize.ToText(archiver.WaitingBytes)}) wait to be archived, the oldest for {archiver.OldestWaiting?.TotalMinutes:0} min", "The repository takes WAL more slowly than it is written: look at its load, process-max and archive-async.");
        }

        if (archiver.ArchiveTimeout is null)
        {
            return look.Doubt("no-timeout", "archive_timeout is 0: a segment waits until it is full, so a quiet database may lose hours", "Run Enable-PgWalArchiving: it sets 60 s.");
        }

        return (await ReadArchiver.PushQueueMaxAsync(context.Deployment.Topology, look.Node, cancellation).ConfigureAwait(false)) is { } most
            ? look.Doubt("may-drop", $"archive-push-queue-max is {ByteSize.ToText(most)}: where more waits, WAL is dropped, and the archive has a hole", "Take it out of pgbackrest.conf, or be sure that a full disk is worse than a hole.")
            : null;
    }
}
