using System.Globalization;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Waits until the cluster is of exactly these voters, all healthy, with data not older than what was observed.</summary>
internal sealed class EtcdVotersStep : IStepWork
{
    public const string Kind = "etcd-voters";
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);
    private readonly EtcdCluster _etcd;
    private readonly string[] _nodes;
    private readonly long _revision;

    public EtcdVotersStep(DrPlanStep step, EtcdCluster etcd)
    {
        _etcd = etcd;
        _nodes = step.Arguments["nodes"].Split(',');
        _revision = long.Parse(step.Arguments["revision"], CultureInfo.InvariantCulture);
    }

    public static DrPlanStep Plan(string id, IReadOnlyCollection<string> nodes, long revision, TimeSpan limit) => new()
    {
        Id = id,
        Kind = Kind,
        What = $"Wait until etcd is {string.Join(", ", nodes)}, healthy",
        Why = "A login and a linearizable read prove that users and keys are there and that there is a quorum.",
        Commands = ["(etcd) authenticate, a linearizable read and the list of members"],
        Idempotent = true,
        Proof = revision > 0 ? string.Create(CultureInfo.InvariantCulture, $"They answer that read, at revision {revision} or above, and are all voters.") : "They answer that read, and are all voters; the revision before is not known.",
        Undo = "Nothing is changed by it.",
        TimeLimit = limit,
        Arguments = new Dictionary<string, string> { ["nodes"] = string.Join(',', nodes), ["revision"] = revision.ToString(CultureInfo.InvariantCulture) },
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var found = await Task.WhenAll(_nodes.Select(node => _etcd.LookAsync(node, cancellation))).ConfigureAwait(false);
        if (Array.Find(found, one => one.State != EtcdEndpointState.Healthy || one.Revision < _revision) is { } sick)
        {
            return StepLook.NotDone($"{sick.Name} is {sick.State}, revision {sick.Revision}: {sick.Reason}");
        }

        var members = await _etcd.WithAsync(_nodes[0], connection => connection.MembersAsync(linearizable: true, cancellation), cancellation).ConfigureAwait(false);
        var voters = members.Where(member => !member.IsLearner).Select(member => member.ID.ToString("x", CultureInfo.InvariantCulture)).Order(StringComparer.Ordinal);
        return new StepLook(
            members.Count == found.Length && voters.SequenceEqual(found.Select(one => one.MemberId!).Order(StringComparer.Ordinal)),
            $"members {string.Join(", ", members.Select(member => member.Name))}, revision {found.Max(one => one.Revision)}");
    }

    public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => this.UntilDoneAsync(s_pause, cancellation);
}
