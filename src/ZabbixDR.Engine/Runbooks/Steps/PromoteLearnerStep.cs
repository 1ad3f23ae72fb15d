using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Waits until a learner has caught up, and makes it a voter.</summary>
internal sealed class PromoteLearnerStep : IStepWork
{
    public const string Kind = "promote-learner";
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private readonly EtcdCluster _etcd;
    private readonly DrPlanStep _step;

    // Once it is a voter it may lead too.
    private readonly string[] _voters;

    public PromoteLearnerStep(DrPlanStep step, EtcdCluster etcd)
    {
        _etcd = etcd;
        _step = step;
        _voters = [.. step.Arguments["voters"].Split(','), step.Arguments["node"]];
    }

    public static DrPlanStep Plan(MemberToRejoin member, IEnumerable<string> voters, TimeSpan limit) => new()
    {
        Id = $"promote-{member.Node.Name}",
        Kind = Kind,
        What = $"Wait until {member.Config.Name} has caught up, and promote it to a voter",
        Why = "One at a time: the next one is added once this one is healthy.",
        Commands = [$"(etcd) member promote {member.Config.Name}"],
        Idempotent = true,
        Proof = "It is a voter, and answers a linearizable read.",
        Undo = $"Remove-EtcdMember {member.Node.Name}",
        TimeLimit = limit,
        Arguments = new Dictionary<string, string> { ["voters"] = string.Join(',', voters), ["url"] = AddLearnerStep.Url(member), ["node"] = member.Node.Name },
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var member = await FindAsync(cancellation).ConfigureAwait(false);
        if (member is not { IsLearner: false })
        {
            return StepLook.NotDone(member is null ? "it is no member" : member.Name.Length == 0 ? "it has not started yet" : "it is a learner");
        }

        var endpoint = await _etcd.LookAsync(_step.Arguments["node"], cancellation).ConfigureAwait(false);
        return new StepLook(endpoint.State == EtcdEndpointState.Healthy, $"a voter, {endpoint.State}, revision {endpoint.Revision}");
    }

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        if (await FindAsync(cancellation).ConfigureAwait(false) is { IsLearner: true } learner)
        {
            await _etcd.WithAsync(
                await EtcdLeader.FindAsync(_etcd, _voters, cancellation).ConfigureAwait(false),
                async connection =>
                {
                    await EtcdPatience.WhileBehindAsync(_step.TimeLimit, () => connection.PromoteAsync(learner.ID, cancellation), () => Task.CompletedTask, cancellation).ConfigureAwait(false);
                    return true;
                },
                cancellation).ConfigureAwait(false);
        }

        await this.UntilDoneAsync(s_pause, cancellation).ConfigureAwait(false);
    }

    private async Task<Etcdserverpb.Member?> FindAsync(CancellationToken cancellation)
    {
        var leader = await EtcdLeader.FindAsync(_etcd, _voters, cancellation).ConfigureAwait(false);
        var members = await _etcd.WithAsync(leader, connection => connection.MembersAsync(linearizable: true, cancellation), cancellation).ConfigureAwait(false);
        return members.FirstOrDefault(member => member.PeerURLs.Contains(_step.Arguments["url"]));
    }
}
