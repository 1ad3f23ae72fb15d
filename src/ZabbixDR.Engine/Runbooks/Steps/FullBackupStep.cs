using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Units;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A full backup on the new timeline, as a transient unit, with nothing expired after it: a second attempt may need the very set that retention would take.</summary>
internal sealed class FullBackupStep : UnitStep
{
    public const string Kind = "full-backup";
    private readonly DeploymentSession _deployment;
    private StepLook? _done;

    public FullBackupStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes) => _deployment = deployment;

    private int Repository => int.Parse(Told("repository"), System.Globalization.CultureInfo.InvariantCulture);

    /// <param name="node">Where pgBackRest works: the primary, or the repository's host.</param>
    /// <param name="command">The backup.</param>
    /// <param name="repository">The repository's number.</param>
    /// <param name="size">The cluster's size, in bytes.</param>
    /// <param name="run">The run.</param>
    public static DrPlanStep Plan(INode node, ChangingCommand command, int repository, long size, string run) => new()
    {
        Id = Kind,
        Kind = Kind,
        Node = node.Name,
        What = "Take a full backup, and expire nothing",
        Why = "The sets from before lead to the timeline that was left; a replica that is made anew, and the next recovery, need one of this.",
        Commands = [command.ToString()],
        Idempotent = true,
        Proof = "pgBackRest lists the new set, its WAL is archived, and it has no page errors.",
        Undo = "It can stay: nothing depends on it.",
        // At 5 MiB a second, into a slow repository.
        TimeLimit = TimeSpan.FromHours(1) + TimeSpan.FromSeconds(size / (5 << 20)),
        Arguments = new Dictionary<string, string>
        {
            ["run"] = run,
            ["user"] = command.User!,
            ["command"] = string.Join('\n', command.Arguments.Prepend(command.Program)),
            ["repository"] = repository.ToString(System.Globalization.CultureInfo.InvariantCulture),
        },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (_done is not null)
        {
            return _done;
        }

        var reading = await NodeUnits.FindAsync(Seen, Unit, cancellation).ConfigureAwait(false);
        if (reading.State == UnitState.Running)
        {
            return StepLook.NotDone("it runs");
        }

        // The unit is forgotten once its set is proven, and then the set itself is all that tells of it.
        var label = reading.Succeeded ? Read(await NodeUnits.OutputAsync(Seen, Unit, cancellation).ConfigureAwait(false)).NewLabel : await FindAsync(cancellation).ConfigureAwait(false);
        return label is null ? StepLook.NotDone("there is no such backup yet") : await ProveAsync(label, cancellation).ConfigureAwait(false);
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var command = Told("command").Split('\n');
        var (end, said) = await FollowAsync(new UnitRequest(Unit, command[0], command[1..]) { User = Told("user"), TimeLimit = Step.TimeLimit }, cancellation).ConfigureAwait(false);
        var console = Read(said);
        if (!end.Succeeded)
        {
            throw BackupFailed(end, console.Error ?? "");
        }

        _done = await ProveAsync(console.NewLabel ?? throw BackupFailed(end, "it named no new set"), cancellation).ConfigureAwait(false);
        await ForgetAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<string?> FindAsync(CancellationToken cancellation)
    {
        var content = await _deployment.PgBackRest.ReadAsync(Seen, Repository, cancellation).ConfigureAwait(false);
        return content.Backups.LastOrDefault(set => set.Annotations.GetValueOrDefault(BackupRequest.RunAnnotation) == Told("run"))?.Label;
    }

    private async Task<StepLook> ProveAsync(string label, CancellationToken cancellation)
    {
        var set = await _deployment.PgBackRest.ProveAsync(Seen, label, Repository, cancellation).ConfigureAwait(false);
        return StepLook.Done($"{set.Label}, {ByteSize.ToText(set.RepositoryBackupSize)} in repository {set.Repository}") with { Facts = new Dictionary<string, string> { [PointInTimeFacts.Backup] = set.Label } };
    }

    private static BackupConsole Read(string output)
    {
        var console = new BackupConsole(null, null);
        foreach (var line in output.Split('\n'))
        {
            console.Take(line);
        }

        console.Finish();
        return console;
    }

    private DrException BackupFailed(UnitReading end, string said) => DrException.Of(
        DrErrorKind.Remote,
        Step.Node,
        Step.What,
        $"{end.State}{(end.ExitCode is { } code ? $", exit code {code}" : "")}: {PgBackRestErrors.Printable(said)}",
        "The service runs on the recovered data; until there is a full backup of it, another recovery would begin at a set from before.");
}
