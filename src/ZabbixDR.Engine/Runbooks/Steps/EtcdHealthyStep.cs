using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Waits until every member does its work: it answers a linearizable read, logged in as the topology says.</summary>
internal sealed class EtcdHealthyStep : IStepWork
{
    public const string Kind = "etcd-healthy";

    // An election takes a second or so; a member with gigabytes reads them first, at what its disk gives.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);
    private readonly EtcdCluster _etcd;
    private readonly string[] _members;

    public EtcdHealthyStep(DrPlanStep step, EtcdCluster etcd)
    {
        _etcd = etcd;
        _members = step.Arguments["members"].Split(',');
    }

    public static DrPlanStep Plan(IEnumerable<string> members) => new()
    {
        Id = "etcd-healthy",
        Kind = Kind,
        What = "Wait until every member is healthy",
        Why = "Patroni needs a quorum, and the login that works proves that the users came back.",
        Commands = ["(etcd) authenticate, and a linearizable read at each member"],
        Idempotent = true,
        Proof = "Every member answers that read, and knows of no alarm.",
        Undo = "Nothing is changed by it.",
        TimeLimit = s_limit,
        Arguments = new Dictionary<string, string> { ["members"] = string.Join(',', members) },
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var found = await Task.WhenAll(_members.Select(member => _etcd.LookAsync(member, cancellation))).ConfigureAwait(false);
        return Array.Find(found, member => member.State != EtcdEndpointState.Healthy) is { } sick
            ? StepLook.NotDone($"{sick.Name} is {sick.State}: {sick.Reason}")
            : StepLook.Done($"{found.Length} healthy, leader {Array.Find(found, member => member.IsLeader is true)?.Name}, revision {found.Max(member => member.Revision)}");
    }

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        while (!(await LookAsync(cancellation).ConfigureAwait(false)).IsDone)
        {
            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }
    }
}
