using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Zabbix;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Asks the recovered database what a person would ask: is it Zabbix's, how much does it hold, and how new is it.</summary>
internal sealed class DataCheckedStep : OwnServerStep
{
    public const string Kind = "data-checked";

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    private readonly string _database;
    private readonly PgRecoveryGoal _goal;
    private StepLook _look = StepLook.NotDone("the database was not asked yet");

    public DataCheckedStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes, deployment)
    {
        _database = deployment.Topology.Postgres!.Database;
        _goal = PointInTimeRequest.From(step.Arguments).Goal;
    }

    public static DrPlanStep Plan(ServerToRecover server, StandaloneServer standalone, PointInTimeRequest request, PostgresSettings postgres) => new()
    {
        Id = $"checked-{server.Node.Name}",
        Kind = Kind,
        Node = server.Node.Name,
        What = "Ask the recovered database for Zabbix's version, hosts, items and newest value",
        Why = "The last look before the service is given this data; going back costs nothing yet.",
        Commands = [Psql.Command(postgres.User, Psql.Arguments(standalone.Reached, postgres.Database, ZabbixContent.Query)).ToString()],
        Idempotent = true,
        Proof = "It answers, as Zabbix's database; a value that is newer than the target is told as a warning.",
        Undo = "Nothing is changed by it.",
        TimeLimit = 2 * s_limit,
        Arguments = About(server, standalone).Concat(request.ToInputs()).ToDictionary(pair => pair.Key, pair => pair.Value),
    };

    public override Task<StepLook> LookAsync(CancellationToken cancellation) => Task.FromResult(_look);

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await EnsureAsync(cancellation).ConfigureAwait(false);
        if (await Server.AskAsync(Changed, _database, s_limit, cancellation, ZabbixContent.IsZabbixQuery).ConfigureAwait(false) != "t")
        {
            messages?.Report(new OperationMessage(IsWarning: true, $"Database {_database} has none of Zabbix's tables: nothing of its content was looked at."));
            _look = StepLook.Done($"{_database} answers, and has none of Zabbix's tables");
            return;
        }

        var content = ZabbixContent.Parse(await Server.AskAsync(Changed, _database, s_limit, cancellation, ZabbixContent.Query).ConfigureAwait(false));
        if (content.WhyBeyond(_goal) is { } beyond)
        {
            messages?.Report(new OperationMessage(IsWarning: true, beyond));
        }

        var facts = content.ByName.ToDictionary(fact => PointInTimeFacts.Check + fact.Key, fact => fact.Value);
        _look = StepLook.Done(string.Join(", ", facts.Select(fact => $"{fact.Key[PointInTimeFacts.Check.Length..]} {fact.Value}"))) with { Facts = facts };
    }
}
