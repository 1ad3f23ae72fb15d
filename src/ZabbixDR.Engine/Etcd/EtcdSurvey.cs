namespace ZabbixDR.Engine.Etcd;

/// <summary>All members of the topology, looked at at once: the slowest one's time is all that it takes.</summary>
internal sealed class EtcdSurvey
{
    private readonly IReadOnlyList<EndpointFinding> _findings;

    private EtcdSurvey(IReadOnlyList<EndpointFinding> findings) => _findings = findings;

    /// <summary>What was found.</summary>
    public IEnumerable<EtcdEndpoint> Endpoints => _findings.Select(finding => finding.Endpoint);

    /// <summary>The healthy voter with the freshest data; null where there is none.</summary>
    public EtcdEndpoint? Best => SnapshotSourceChoice.Best(Endpoints);

    /// <summary>Of those that answer at all, the one that holds most of the raft log; null where none answers.</summary>
    public EtcdEndpoint? Freshest => Endpoints.Where(endpoint => endpoint.RaftIndex is not null).MaxBy(endpoint => endpoint.RaftIndex);

    /// <summary>Looks.</summary>
    public static async Task<EtcdSurvey> OfAsync(IEnumerable<EtcdTarget> targets, CancellationToken cancellation) =>
        new(await Task.WhenAll(targets.Select(target => EndpointProbe.LookAsync(target, cancellation))).ConfigureAwait(false));

    /// <summary>Looks until one is healthy: the others are waited for no longer, and do not stand in it.</summary>
    public static async Task<EtcdSurvey> UntilHealthyAsync(IEnumerable<EtcdTarget> targets, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        List<Task<EndpointFinding>> looks = [.. targets.Select(target => EndpointProbe.LookAsync(target, enough.Token))];
        var survey = new EtcdSurvey([]);
        try
        {
            for (var left = looks.ToList(); left.Count > 0 && survey.Best is null;)
            {
                var ended = await Task.WhenAny(left).ConfigureAwait(false);
                left.Remove(ended);
                survey = new EtcdSurvey([.. survey._findings, await ended.ConfigureAwait(false)]);
            }

            return survey;
        }
        finally
        {
            await enough.CancelAsync().ConfigureAwait(false);
            await ((Task)Task.WhenAll(looks)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The error where no member can do what is wanted. A wrong password or an expired certificate is one fault, not one a member.</summary>
    /// <param name="tried">What a member was wanted for, as a noun phrase.</param>
    /// <param name="remedy">What to do.</param>
    public DrException NoMember(string tried, string remedy) =>
        _findings is [{ Failure: { Kind: DrErrorKind.Authentication } first }, ..] && _findings.All(finding => finding.Failure?.Id == first.Id)
            ? first
            : EtcdErrors.EtcdHasNoHealthyMember(tried, Endpoints, remedy);
}
