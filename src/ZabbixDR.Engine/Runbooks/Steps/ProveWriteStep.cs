using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Commits something at the primary. It leaves no row: a message in the WAL, which with a synchronous standby must reach that too.</summary>
internal sealed class ProveWriteStep : NodeStep
{
    public const string Kind = "prove-write";
    private string? _position;

    public ProveWriteStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(INode primary, PostgresSettings postgres, string run) => new()
    {
        Id = "write",
        Kind = Kind,
        Node = primary.Name,
        What = "Commit through PostgreSQL",
        Why = "A primary that takes a commit, synchronous standby included, is what all of this is for.",
        Commands = [Command(postgres.User, Arguments(postgres, run)).ToString()],
        Idempotent = true,
        Proof = "psql prints the position in the WAL at which it was committed.",
        Undo = "It leaves nothing but a message in the WAL.",
        TimeLimit = TimeSpan.FromMinutes(2),
        Arguments = new Dictionary<string, string> { ["user"] = postgres.User, ["arguments"] = string.Join('\n', Arguments(postgres, run)) },
    };

    public override Task<StepLook> LookAsync(CancellationToken cancellation) =>
        Task.FromResult(_position is null ? StepLook.NotDone("nothing was committed yet") : StepLook.Done($"committed at {_position}"));

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) =>
        _position = (await Changed.RunAsync(Command(Told("user"), Told("arguments").Split('\n')) with { TimeLimit = Step.TimeLimit }, cancellation).ConfigureAwait(false)).Output.Trim();

    /// <summary>The arguments of psql for a commit that leaves no row.</summary>
    public static string[] Arguments(PostgresSettings postgres, string run) =>
    [
        "-XAtq", "-v", "ON_ERROR_STOP=1", "-h", postgres.SocketDirectory, "-p", $"{postgres.Port}", "-d", postgres.Database,
        "-c", $"SELECT pg_logical_emit_message(true, 'zabbixdr', '{run}')",
    ];

    /// <summary>The command that commits.</summary>
    public static ChangingCommand Command(string user, string[] arguments) => new("psql", arguments) { User = user };
}
