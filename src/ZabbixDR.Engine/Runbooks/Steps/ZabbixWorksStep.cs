using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Waits until a Zabbix server does the work, by its own word in the database.</summary>
internal sealed class ZabbixWorksStep : IStepWork
{
    public const string Kind = "zabbix-works";

    // A living server reports every 5 s; one that takes over waits for the failover delay, 60 s by default, of a node that the restored table still calls active.
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly DeploymentSession _deployment;

    public ZabbixWorksStep(DeploymentSession deployment) => _deployment = deployment;

    public static DrPlanStep Plan() => new()
    {
        Id = Kind,
        Kind = Kind,
        What = "Wait until a Zabbix server is active",
        Why = "It is what all of this is for. Proxies hold their values back meanwhile, one hour by default (ProxyOfflineBuffer): an outage beyond that loses them.",
        Commands = ["(PostgreSQL) SELECT name, status, lastaccess FROM ha_node"],
        Idempotent = true,
        Proof = $"One is active, and has reported within {s_fresh.TotalSeconds:0} s by the database's clock.",
        Undo = "Nothing is changed by it.",
        TimeLimit = s_limit,
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var (read, failure) = await DrException.TryAsync(() => ReadZabbixHaNodes.RunAsync(_deployment, cancellation)).ConfigureAwait(false);
        return read?.Nodes.FirstOrDefault(node => node.Status == ZabbixHaStatus.Active && node.Age <= s_fresh) is { } active
            ? StepLook.Done($"{(active.Name.Length == 0 ? active.Address : active.Name)} is active")
            : StepLook.NotDone(failure?.Message ?? string.Join("; ", read!.Nodes.Select(node => $"{node.Name} is {node.Status}, heard of {node.Age.TotalSeconds:0} s ago").DefaultIfEmpty("no server has reported")));
    }

    public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => this.UntilDoneAsync(s_pause, cancellation);
}
