using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Adds a member to the cluster as a learner.</summary>
internal sealed class AddLearnerStep : IStepWork
{
    public const string Kind = "add-learner";
    private readonly EtcdCluster _etcd;
    private readonly string[] _voters;
    private readonly string _url;

    public AddLearnerStep(DrPlanStep step, EtcdCluster etcd)
    {
        _etcd = etcd;
        _voters = step.Arguments["voters"].Split(',');
        _url = step.Arguments["url"];
    }

    public static DrPlanStep Plan(MemberToRejoin member, IEnumerable<string> voters) => new()
    {
        Id = $"add-{member.Node.Name}",
        Kind = Kind,
        What = $"Add {member.Config.Name} to etcd as a learner",
        Why = "A learner has no vote: should it not come up, the quorum is not at risk.",
        Commands = [$"(etcd) member add --learner {Url(member)}"],
        Idempotent = true,
        Proof = "The list of members has its peer URL.",
        Undo = $"Remove-EtcdMember {member.Node.Name}",
        TimeLimit = TimeSpan.FromMinutes(2),
        Arguments = new Dictionary<string, string> { ["voters"] = string.Join(',', voters), ["url"] = Url(member) },
    };

    /// <summary>The URL by which the member is found again; a member has no name before it starts.</summary>
    public static string Url(MemberToRejoin member) => member.Config.PeerUrls.Split(',')[0].Trim();

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var leader = await EtcdLeader.FindAsync(_etcd, _voters, cancellation).ConfigureAwait(false);
        var members = await _etcd.WithAsync(leader, connection => connection.MembersAsync(linearizable: true, cancellation), cancellation).ConfigureAwait(false);
        return members.FirstOrDefault(member => member.PeerURLs.Contains(_url)) is { } found
            ? StepLook.Done($"{_url} is a {(found.IsLearner ? "learner" : "voter")}")
            : StepLook.NotDone($"{_url} is no member");
    }

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var leader = await EtcdLeader.FindAsync(_etcd, _voters, cancellation).ConfigureAwait(false);
        await _etcd.WithAsync(
            leader,
            async connection =>
            {
                await EtcdPatience.WhileUnsettledAsync(() => connection.AddLearnerAsync(_url, cancellation), cancellation).ConfigureAwait(false);
                return true;
            },
            cancellation).ConfigureAwait(false);
    }
}
