namespace ZabbixDR.Engine.Etcd;

/// <summary>Who belongs to the etcd cluster: the list, and how it is changed by etcd's API. No node is touched.</summary>
public sealed class EtcdMembership
{
    private readonly IReadOnlyList<EtcdTarget> _targets;
    private readonly Func<string, EtcdTarget> _find;

    internal EtcdMembership(IReadOnlyList<EtcdTarget> targets, Func<string, EtcdTarget> find)
    {
        _targets = targets;
        _find = find;
    }

    /// <summary>Lists the members as the cluster knows them, each with its node.</summary>
    /// <param name="member">The member to ask, by its name or its endpoint's address; null for the best, or without a quorum the one that knows most.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>EtcdHasNoHealthyMember</c>, where none answers; those of <see cref="EtcdCluster.LookAsync"/> and of a connection to the member.</exception>
    public async Task<EtcdMemberList> ListAsync(string? member, CancellationToken cancellation)
    {
        if (member is not null)
        {
            return await ListAsync(_find(member), linearizable: false, cancellation).ConfigureAwait(false);
        }

        var survey = await EtcdSurvey.OfAsync(_targets, cancellation).ConfigureAwait(false);
        var voice = survey.Best ?? survey.Freshest ?? throw survey.NoMember("Choosing the etcd member to ask for the members", "Start the members that are missing (systemctl status etcd on their nodes).");
        return await ListAsync(_find(voice.Name), linearizable: survey.Best is not null, cancellation).ConfigureAwait(false);
    }

    /// <summary>Finds out whether a member can be removed. Nothing is changed.</summary>
    /// <param name="member">The member, by its id, its name in etcd, or its node's name.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>EtcdMemberUnknown</c>, <c>EtcdRemovalCostsQuorum</c>, <c>EtcdHasNoHealthyMember</c>, and those of a connection to a member.</exception>
    public async Task<EtcdRemoval> PrepareRemovalAsync(string member, CancellationToken cancellation)
    {
        var (survey, list) = await SurveyAsync($"Preparing to remove the etcd member {member}", cancellation).ConfigureAwait(false);
        var found = list.Find(member) ?? throw EtcdErrors.EtcdMemberUnknown(member, list.Members);
        var cluster = survey.Best!.ClusterId;
        var healthy = survey.Endpoints.Where(endpoint => endpoint.State == EtcdEndpointState.Healthy && endpoint.ClusterId == cluster).ToList();
        if (!found.IsLearner && EtcdQuorum.AgainstRemoval(list.Members, [.. healthy.Select(endpoint => endpoint.MemberId!)], found) is { } reason)
        {
            throw EtcdErrors.EtcdRemovalCostsQuorum(found, reason);
        }

        var voice = SnapshotSourceChoice.Best(healthy.Where(endpoint => endpoint.MemberId != found.Id))!;
        return new EtcdRemoval(found, healthy.Exists(endpoint => endpoint.MemberId == found.Id), _find(voice.Name));
    }

    /// <summary>Finds out whether a node can be added. Nothing is changed.</summary>
    /// <param name="node">The node's name in the topology.</param>
    /// <param name="peerUrl">Where the other members shall reach it; null for its address with the scheme and port that the others have.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>EtcdMemberNotInTopology</c>, <c>EtcdMemberExists</c>, <c>EtcdHasNoHealthyMember</c>, and those of a connection to a member.
    /// </exception>
    public async Task<EtcdAddition> PrepareAdditionAsync(string node, Uri? peerUrl, CancellationToken cancellation)
    {
        var target = _find(node);
        var (survey, list) = await SurveyAsync($"Preparing to add {target.Name} to etcd", cancellation).ConfigureAwait(false);
        var pattern = list.Members.SelectMany(member => member.PeerUrls).First(url => url.IsAbsoluteUri);
        var url = peerUrl ?? new UriBuilder(pattern.Scheme, target.Node.Address, pattern.Port).Uri;
        var present = list.Find(target.Name) ?? list.Members.FirstOrDefault(member => member.PeerUrls.Contains(url));

        // A follower hands a promotion on to the leader, and where the leader refuses for now, answers only that it timed out (3.5.16).
        var voice = survey.Endpoints.FirstOrDefault(endpoint => endpoint is { IsLeader: true, State: EtcdEndpointState.Healthy }) ?? survey.Best!;
        return present is null or { IsLearner: true }
            ? new EtcdAddition(target.Name, url, present is not null, _find(voice.Name), (connection, stop) => ListAsync(connection, linearizable: true, stop))
            : throw EtcdErrors.EtcdMemberExists(target.Name, present);
    }

    private async Task<(EtcdSurvey Survey, EtcdMemberList List)> SurveyAsync(string tried, CancellationToken cancellation)
    {
        var survey = await EtcdSurvey.OfAsync(_targets, cancellation).ConfigureAwait(false);
        var voice = survey.Best ?? throw survey.NoMember(tried, "The members can be changed only with a quorum: start those that are missing.");
        return (survey, await ListAsync(_find(voice.Name), linearizable: true, cancellation).ConfigureAwait(false));
    }

    private async Task<EtcdMemberList> ListAsync(EtcdTarget target, bool linearizable, CancellationToken cancellation)
    {
        using var connection = EtcdConnection.To(target);
        return await ListAsync(connection, linearizable, cancellation).ConfigureAwait(false);
    }

    private async Task<EtcdMemberList> ListAsync(EtcdConnection connection, bool linearizable, CancellationToken cancellation)
    {
        var members = await connection.MembersAsync(linearizable, cancellation).ConfigureAwait(false);
        return EtcdMemberList.Of(members, [.. _targets.Select(one => one.Node)], connection.Target.Name);
    }
}
