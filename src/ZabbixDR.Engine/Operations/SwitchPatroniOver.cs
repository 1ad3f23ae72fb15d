using System.Diagnostics;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Operations;

/// <summary>The lead handed to another member while both are well.</summary>
public sealed class SwitchPatroniOver
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(200);
    private readonly DeploymentSession _deployment;
    private readonly PatroniCluster _cluster;
    private readonly PrimaryNode _old;
    private readonly PatroniTarget _leader;
    private readonly PatroniTarget _candidate;

    private SwitchPatroniOver(DeploymentSession deployment, PatroniCluster cluster, PrimaryNode old, PatroniTarget leader, PatroniTarget candidate)
    {
        _deployment = deployment;
        _cluster = cluster;
        _old = old;
        _leader = leader;
        _candidate = candidate;
    }

    /// <summary>The member that leads.</summary>
    public string Leader => _leader.Member.Name;

    /// <summary>The member that shall lead.</summary>
    public string Candidate => _candidate.Member.Name;

    /// <summary>Finds the primary and the candidate, and sees that it can take over. Nothing is changed.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="candidate">The member that shall lead; null for the one that fits best.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>CandidateUnfit</c>, <c>NoCandidate</c>, <c>LeaderUnclear</c>, <c>PatroniMemberUnknown</c>, and those of <see cref="FindPrimary"/>.</exception>
    public static async Task<SwitchPatroniOver> PrepareAsync(DeploymentSession deployment, string? candidate, CancellationToken cancellation)
    {
        var looking = deployment.Patroni.GetClusterAsync(cancellation);
        var primary = await FindPrimary.RunAsync(deployment, cancellation).ConfigureAwait(false);
        var cluster = await looking.ConfigureAwait(false);
        var leader = PatroniTarget.Of(deployment, cluster, cluster.Leader ?? throw LeaderUnclear(cluster, primary));
        if (leader.Node.Name != primary.Node.Name)
        {
            throw LeaderUnclear(cluster, primary);
        }

        return new SwitchPatroniOver(deployment, cluster, primary, leader, candidate is null ? Best(deployment, cluster) : Named(deployment, cluster, candidate));
    }

    /// <summary>Hands the lead over, waits for the new primary by PostgreSQL's own word and for the old one as its replica, and measures.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="timeLimit">The longest wait; it grows with what the old leader has to write when it stops.</param>
    /// <param name="progress">Is told what is waited for.</param>
    /// <param name="cancellation">Ends the wait; the switchover goes on.</param>
    /// <exception cref="DrException">Those of <see cref="PatroniChanges"/>; <c>NewPrimaryUnproven</c>, <c>OldLeaderNotBack</c>; <c>SeveralPrimaries</c>; <c>RunHoldsNode</c>.</exception>
    public async Task<PatroniSwitchover> RunAsync(ChangePermit permit, TimeSpan timeLimit, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        var startedAt = DateTimeOffset.UtcNow;
        var work = await PatroniWork.BeginAsync(_deployment, [_leader.Node, _candidate.Node], permit, 2 * timeLimit, cancellation).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var clock = Stopwatch.StartNew();
            var (lastWrite, firstWrite) = (LastWriteAsync(clock, watching.Token), FirstWriteAsync(clock, watching.Token));
            try
            {
                progress.Report(new OperationProgress($"Handing the lead from {Leader} to {Candidate}"));
                await work.Changes.SwitchoverAsync(Leader, Candidate, timeLimit, cancellation).ConfigureAwait(false);
                progress.Report(new OperationProgress($"Waiting for PostgreSQL on {Candidate}"));
                var primary = await NewPrimaryAsync(timeLimit, cancellation).ConfigureAwait(false);
                await Task.WhenAll(lastWrite, firstWrite).WaitAsync(timeLimit, cancellation).ConfigureAwait(false);
                await OldLeaderBackAsync(timeLimit, progress, cancellation).ConfigureAwait(false);
                return new PatroniSwitchover
                {
                    Scope = _cluster.Scope,
                    OldLeader = Leader,
                    NewLeader = Candidate,
                    TimelineBefore = _old.Timeline,
                    TimelineAfter = primary.Timeline,
                    Outage = await firstWrite.ConfigureAwait(false) - await lastWrite.ConfigureAwait(false),
                    Elapsed = clock.Elapsed,
                    StartedAt = startedAt,
                };
            }
            finally
            {
                await watching.CancelAsync().ConfigureAwait(false);
                await ((Task)Task.WhenAll(lastWrite, firstWrite)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    // What is asked before an answer comes was still so then: the outage is not told shorter than it was.
    private async Task<TimeSpan> LastWriteAsync(Stopwatch clock, CancellationToken cancellation)
    {
        for (var last = TimeSpan.Zero; ; await Task.Delay(s_pause, cancellation).ConfigureAwait(false))
        {
            var asked = clock.Elapsed;
            var (status, _) = await DrException.TryAsync(() => _deployment.Postgres.GetStatusAsync(_leader.Node, cancellation)).ConfigureAwait(false);
            if (status is not { IsInRecovery: false })
            {
                return last;
            }

            last = asked;
        }
    }

    private async Task<TimeSpan> FirstWriteAsync(Stopwatch clock, CancellationToken cancellation)
    {
        while (true)
        {
            var (status, _) = await DrException.TryAsync(() => _deployment.Postgres.GetStatusAsync(_candidate.Node, cancellation)).ConfigureAwait(false);
            if (status is { IsInRecovery: false })
            {
                return clock.Elapsed;
            }

            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<PrimaryNode> NewPrimaryAsync(TimeSpan limit, CancellationToken cancellation)
    {
        DrException? last = null;
        for (var clock = Stopwatch.StartNew(); clock.Elapsed < limit; await Task.Delay(s_pause, cancellation).ConfigureAwait(false))
        {
            var (primary, failure) = await DrException.TryAsync(() => FindPrimary.RunAsync(_deployment, cancellation)).ConfigureAwait(false);
            if (primary?.Node.Name == _candidate.Node.Name)
            {
                return primary;
            }

            last = failure;
        }

        throw NewPrimaryUnproven(limit, last);
    }

    private async Task OldLeaderBackAsync(TimeSpan limit, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        var back = await PatroniTarget.UntilAsync(
            _deployment.Patroni,
            _leader.Node,
            async status => status.IsRunningReplica && await PatroniTarget.IsStreamingAsync(_deployment, _leader.Node, cancellation).ConfigureAwait(false),
            limit,
            state => progress.Report(new OperationProgress(state)),
            cancellation).ConfigureAwait(false);
        if (back is null)
        {
            throw OldLeaderNotBack(limit);
        }
    }

    private static PatroniTarget Named(DeploymentSession deployment, PatroniCluster cluster, string name)
    {
        var target = PatroniTarget.Of(deployment, cluster, name);
        return Unfitness(cluster, target.Member) is { } reason ? throw CandidateUnfit(target, reason) : target;
    }

    private static PatroniTarget Best(DeploymentSession deployment, PatroniCluster cluster) =>
        cluster.Members.Where(member => Unfitness(cluster, member) is null).OrderBy(member => member.LagBytes ?? long.MaxValue).FirstOrDefault() is { } best
            ? PatroniTarget.Of(deployment, cluster, best.Name)
            : throw NoCandidate(cluster);

    /// <summary>Why a member cannot take over, as a clause; null where it can.</summary>
    internal static string? Unfitness(PatroniCluster cluster, PatroniMember member) =>
        member.Role is PatroniRole.Leader or PatroniRole.StandbyLeader ? "it leads already"
        : !member.IsAnswering ? $"its Patroni does not answer ({member.Reason})"
        : PatroniWords.IsTrue(member.Tags.GetValueOrDefault("nofailover")) ? "it has the tag nofailover"
        : member.State is not (PatroniState.Streaming or PatroniState.Running) ? $"its PostgreSQL is {member.State}, not streaming"
        : cluster.SynchronousMode == PatroniSynchronousMode.On && member.Role != PatroniRole.SyncStandby ? "the cluster is synchronous and it is no synchronous standby: what it lacks would be lost"
        : member.Timeline is { } timeline && cluster.Timeline is { } current && timeline != current ? $"it is on timeline {timeline}, the leader on {current}"
        : member.LagBytes > cluster.MaximumLagOnFailover ? $"it is {member.LagBytes} bytes behind, more than maximum_lag_on_failover ({cluster.MaximumLagOnFailover})"
        : null;

    private static DrException CandidateUnfit(PatroniTarget target, string reason) => DrException.Of(
        DrErrorKind.Precondition,
        target.Node.Name,
        $"Handing the lead to {target.Member.Name}",
        $"{reason}; nothing was changed",
        "Wait until Get-PatroniCluster shows it streaming, in synchronous mode as SyncStandby, or name another -Candidate.");

    private static DrException NoCandidate(PatroniCluster cluster) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Looking for a member of {cluster.Scope} that can take over",
        $"there is none ({string.Join("; ", cluster.Members.Select(member => $"{member.Name}: {Unfitness(cluster, member)}"))}); nothing was changed",
        "Wait until Get-PatroniCluster shows a standby that streams, in synchronous mode a synchronous one.");

    private static DrException LeaderUnclear(PatroniCluster cluster, PrimaryNode primary) => DrException.Of(
        DrErrorKind.Precondition,
        primary.Node.Name,
        "Handing the lead over",
        $"{primary.Node.Name} is the primary, and the leader key in the DCS is {cluster.Leader ?? "nobody's"}; nothing was changed",
        "Wait until Get-PatroniCluster shows one leader; Get-EtcdMember shows how etcd is.");

    private DrException NewPrimaryUnproven(TimeSpan limit, DrException? last) => DrException.Of(
        DrErrorKind.Timeout,
        _candidate.Node.Name,
        $"Waiting for PostgreSQL on {Candidate} to be the primary",
        $"Patroni says that it leads, and after {limit.TotalSeconds:0} s that was not so ({last?.Message ?? "another is the primary"})",
        "Look at Get-PatroniCluster and at PostgreSQL's log there.");

    private DrException OldLeaderNotBack(TimeSpan limit) => DrException.Of(
        DrErrorKind.Timeout,
        _leader.Node.Name,
        $"Waiting for {Leader} as a replica",
        $"{Candidate} is the primary, and after {limit.TotalSeconds:0} s {Leader} did not stream from it",
        "Nothing is lost, and there is no standby until it does: look at PostgreSQL's and Patroni's log there; Reset-PatroniMember makes it anew.");
}
