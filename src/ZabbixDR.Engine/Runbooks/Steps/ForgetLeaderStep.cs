using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Takes Patroni's leader key out of the restored state: it names who led when the snapshot was taken.</summary>
internal sealed class ForgetLeaderStep : IStepWork
{
    public const string Kind = "forget-leader";
    private readonly EtcdCluster _etcd;
    private readonly string _member;
    private readonly string _key;

    public ForgetLeaderStep(DrPlanStep step, EtcdCluster etcd)
    {
        _etcd = etcd;
        _member = step.Arguments["member"];
        _key = step.Arguments["key"];
    }

    public static DrPlanStep Plan(string member, string key, string primary) => new()
    {
        Id = "forget-leader",
        Kind = Kind,
        What = $"Delete the key {key}",
        Why = $"It names who led when the snapshot was taken. {primary} takes the lead anew; a primary that finds another's name there would step down.",
        Commands = [$"(etcd) delete {key}"],
        Idempotent = true,
        Proof = "The key is not there.",
        Undo = "Patroni writes it anew.",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["member"] = member, ["key"] = key },
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await _etcd.WithAsync(_member, connection => EtcdKeys.ReadAsync(connection, _key, linearizable: true, cancellation), cancellation).ConfigureAwait(false) is { } leader
            ? StepLook.NotDone($"it names {leader}")
            : StepLook.Done("it is not there");

    public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) =>
        _etcd.WithAsync(_member, connection => EtcdKeys.DeleteAsync(connection, _key, cancellation), cancellation);
}
