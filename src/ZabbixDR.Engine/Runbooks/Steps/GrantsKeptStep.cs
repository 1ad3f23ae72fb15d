using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Proves that users and roles may what they were meant to.</summary>
internal sealed class GrantsKeptStep : IStepWork
{
    public const string Kind = "grants-kept";
    private readonly EtcdCluster _etcd;
    private readonly string _member;
    private readonly string _grants;

    public GrantsKeptStep(DrPlanStep step, EtcdCluster etcd)
    {
        _etcd = etcd;
        _member = step.Arguments["member"];
        _grants = step.Arguments["grants"];
    }

    public static DrPlanStep Plan(string member, IEnumerable<string> grants) => new()
    {
        Id = Kind,
        Kind = Kind,
        What = "Compare users and roles with those that were meant",
        Why = "Who may do what is all that a fresh cluster takes over from the old one, but for Patroni's configuration.",
        Commands = ["(etcd) user list, user get, role list, role get"],
        Idempotent = true,
        Proof = $"They are: {string.Join("; ", grants.DefaultIfEmpty("none"))}.",
        Undo = "Nothing is changed by it.",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["member"] = member, ["grants"] = string.Join('\n', grants) },
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var (_, found) = await _etcd.WithAsync(_member, connection => EtcdUsers.ReadGrantsAsync(connection, cancellation), cancellation).ConfigureAwait(false);
        return new StepLook(string.Join('\n', found) == _grants, string.Join("; ", found.DefaultIfEmpty("no users")));
    }

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        if (await LookAsync(cancellation).ConfigureAwait(false) is { IsDone: false } other)
        {
            throw EtcdFreshErrors.EtcdGrantsDiffer(_member, other.Detail, _grants.Replace("\n", "; ", StringComparison.Ordinal));
        }
    }
}
