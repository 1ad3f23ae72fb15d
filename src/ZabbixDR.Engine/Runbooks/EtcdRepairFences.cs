using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Demands of each lost member that it is stopped by the run or kept off by the operator, and believes the latter only where nothing speaks against it.</summary>
internal static class EtcdRepairFences
{
    /// <summary>Looks whether all of them are.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="fenced">The members and sites that the operator says to be kept off.</param>
    /// <param name="lost">The topology's nodes that are not the survivor.</param>
    /// <param name="list">The members as the survivor knows them; null where it does not answer.</param>
    /// <param name="endpoints">What this machine got as an answer.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>Those that the operator keeps off.</returns>
    /// <exception cref="DrException"><c>FencedUnknown</c>, <c>EtcdMemberNotFenced</c>, <c>EtcdMemberAnswers</c>.</exception>
    public static async Task<IReadOnlyCollection<MemberKeptOff>> RequireAsync(
        DeploymentSession deployment, IReadOnlyCollection<string> fenced, IReadOnlyCollection<EtcdNodeFound> lost, EtcdMemberList? list, EtcdEndpoint[] endpoints, CancellationToken cancellation)
    {
        // What etcd lists and the topology does not know cannot be stopped by us either.
        List<EtcdMember> strangers = [.. list?.Members.Where(member => member.Node is null) ?? []];
        string[] names = [.. lost.Select(one => one.Name), .. strangers.Select(EtcdQuorum.Show)];
        if (fenced.FirstOrDefault(name => !names.Any(known => Same(known, name)) && !deployment.Topology.Sites.Any(site => Same(site.Name, name))) is { } unknown)
        {
            throw EtcdRepairErrors.FencedUnknown(unknown, [.. names, .. deployment.Topology.Sites.Select(site => site.Name)]);
        }

        List<EtcdNodeFound> silent = [.. lost.Where(one => !one.Answers)];
        if (silent.Find(one => !fenced.Any(name => Same(name, one.Name) || Same(name, one.Node.Definition.Site))) is { } open)
        {
            throw EtcdRepairErrors.EtcdMemberNotFenced(open.Name, "it does not answer");
        }

        if (strangers.Find(member => !fenced.Any(name => Same(name, EtcdQuorum.Show(member)))) is { } stranger)
        {
            throw EtcdRepairErrors.EtcdMemberNotFenced(EtcdQuorum.Show(stranger), "the topology has no such node");
        }

        if (Array.Find(endpoints, one => one.State != EtcdEndpointState.Unreachable && silent.Exists(node => node.Name == one.Name)) is { } running)
        {
            throw EtcdRepairErrors.EtcdMemberAnswers(running.Name, $"this machine reaches {running.Endpoint.Authority}");
        }

        MemberKeptOff[] off =
        [
            .. silent.Select(one => MemberKeptOff.Of(deployment.Topology, one.Node.Definition, list?.Find(one.Name))),
            .. strangers.Select(member => MemberKeptOff.Of(deployment.Topology, null, member)),
        ];
        return off.Length > 0 && await MemberKeptOff.FindAnswerAsync(deployment, off, cancellation).ConfigureAwait(false) is { } answer
            ? throw EtcdRepairErrors.EtcdMemberAnswers(answer.Member, answer.Seen)
            : off;
    }

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
