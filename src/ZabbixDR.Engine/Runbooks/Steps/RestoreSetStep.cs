using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Restores a set into an empty data directory, as a transient unit.</summary>
internal sealed class RestoreSetStep : UnitStep
{
    public const string Kind = "restore-set";

    // Gone on with where it broke off (--delta). The mark is written last, once all is on disk.
    private const string Script =
        """
        set -eu
        data=$1 user=$2 mark=$3; shift 3
        [ -d "$data" ] || { install -d -m 0700 -- "$data"; chown -- "$user:" "$data"; }
        runuser -u "$user" -- "$@"
        sync -f -- "$data"
        mkdir -p -- "${mark%/*}"; : >"$mark"; sync -- "$mark" "${mark%/*}"
        """;

    private const int MostSaid = 2000;

    public RestoreSetStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    /// <param name="server">The server.</param>
    /// <param name="user">The user that owns it.</param>
    /// <param name="command">The program and arguments of pgBackRest.</param>
    /// <param name="set">The set.</param>
    public static DrPlanStep Plan(ServerToRecover server, string user, IReadOnlyList<string> command, PgBackRestBackup set) => new()
    {
        Id = IdOn(server.Node),
        Kind = Kind,
        Node = server.Node.Name,
        What = $"Restore {set.Label} ({ByteSize.ToText(set.DatabaseSize)}) into {server.DataDirectory}",
        Why = "The set had stopped by the target. Patroni must not start the server on it: it would strip the target and replay what is to be undone.",
        Commands = [ShellQuoting.Quote(command)],
        Idempotent = true,
        Proof = $"{server.RestoredMark} is there: it is written when pgBackRest has ended well and all is on disk.",
        Undo = $"The data from before is {server.AsidePath}.",
        // At 10 MiB a second, over a slow line, and with room for what pgBackRest does besides.
        TimeLimit = TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(set.DatabaseSize / (10 << 20)),
        Arguments = new Dictionary<string, string>
        {
            ["run"] = server.Run,
            ["data"] = server.DataDirectory,
            ["user"] = user,
            ["mark"] = server.RestoredMark,
            ["command"] = string.Join('\n', command),
        },
    };

    /// <summary>The step's id, which is its unit's name too.</summary>
    public static string IdOn(INode node) => $"restore-{node.Name}";

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await NodeFiles.StatAsync(Seen, Told("mark"), cancellation, user: null).ConfigureAwait(false) is null
            ? StepLook.NotDone($"{Told("data")} is empty, or not complete")
            : StepLook.Done($"{Told("data")} is complete");

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var request = new UnitRequest(Unit, "sh", ["-c", Script, "zabbixdr", Told("data"), Told("user"), Told("mark"), .. Told("command").Split('\n')]) { TimeLimit = Step.TimeLimit };
        var (end, said) = await FollowAsync(request, cancellation).ConfigureAwait(false);
        if (!end.Succeeded)
        {
            throw RestoreFailed(end, PgBackRest.BackupConsole.ErrorIn(said));
        }

        await ForgetAsync(cancellation).ConfigureAwait(false);
    }

    private DrException RestoreFailed(UnitReading end, string said) => DrException.Of(
        DrErrorKind.Remote,
        Step.Node,
        Step.What,
        $"{end.State}{(end.ExitCode is { } code ? $", exit code {code}" : "")}: {PgBackRest.PgBackRestErrors.Printable(said.Length > MostSaid ? said[^MostSaid..] : said)}",
        "The data from before is kept. Mend the cause: what is restored already is not restored again.");
}
