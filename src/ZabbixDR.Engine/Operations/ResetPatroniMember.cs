using System.Diagnostics;
using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Operations;

/// <summary>A replica thrown away and made anew by its Patroni, never the leader.</summary>
public sealed class ResetPatroniMember
{
    private const string CreatedBy = "replica has been created using ";
    private readonly DeploymentSession _deployment;
    private readonly PatroniTarget _target;

    private ResetPatroniMember(DeploymentSession deployment, PatroniTarget target)
    {
        _deployment = deployment;
        _target = target;
    }

    /// <summary>The member.</summary>
    public PatroniMember Member => _target.Member;

    /// <summary>Prepares it. Nothing is changed.</summary>
    /// <exception cref="DrException"><c>PatroniMemberUnknown</c>; <c>LeaderNotReset</c>; <c>NoLeaderToCopy</c>.</exception>
    public static ResetPatroniMember Of(DeploymentSession deployment, PatroniCluster cluster, string name)
    {
        var target = PatroniTarget.Of(deployment, cluster, name);
        return target.Leads ? throw LeaderNotReset(target)
            : cluster.Leader is null ? throw NoLeaderToCopy(target)
            : new ResetPatroniMember(deployment, target);
    }

    /// <summary>Has it made anew.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="force">Whether what Patroni is doing there already is broken off.</param>
    /// <param name="wait">How long it is waited for until it streams; null for not at all. It grows with the database.</param>
    /// <param name="progress">Is told what it does.</param>
    /// <param name="cancellation">Ends the wait; the work goes on.</param>
    /// <exception cref="DrException">Those of <see cref="PatroniChanges"/>; <c>ReplicaNotRebuilt</c>; <c>RunHoldsNode</c>.</exception>
    public async Task<PatroniReset> RunAsync(ChangePermit permit, bool force, TimeSpan? wait, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var work = await PatroniWork.BeginAsync(_deployment, [_target.Node], permit, (wait ?? TimeSpan.Zero) + TimeSpan.FromMinutes(2), cancellation).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            var before = await _deployment.Patroni.GetStatusAsync(_target.Node, cancellation).ConfigureAwait(false);
            await work.Changes.ReinitializeAsync(force, cancellation).ConfigureAwait(false);
            if (wait is not { } limit)
            {
                return new PatroniReset { Member = Member.Name, State = PatroniState.CreatingReplica, Elapsed = clock.Elapsed };
            }

            var back = await PatroniTarget.UntilAsync(
                _deployment.Patroni,
                _target.Node,
                status => IsBackAsync(before, status, cancellation),
                limit,
                state => progress.Report(new OperationProgress(state)),
                cancellation).ConfigureAwait(false);
            var log = await LogAsync(clock.Elapsed, cancellation).ConfigureAwait(false);
            return back is null ? throw ReplicaNotRebuilt(limit, log) : new PatroniReset
            {
                Member = Member.Name,
                Method = log.LastOrDefault(line => line.Contains(CreatedBy, StringComparison.Ordinal)) is { } line ? line[(line.IndexOf(CreatedBy, StringComparison.Ordinal) + CreatedBy.Length)..].Trim() : null,
                State = PatroniState.Streaming,
                StartedAt = back.StartedAt,
                Elapsed = clock.Elapsed,
            };
        }
    }

    private async Task<bool> IsBackAsync(PatroniStatus before, PatroniStatus now, CancellationToken cancellation) =>
        now.IsRunningReplica && now.StartedAt is not null && now.StartedAt != before.StartedAt
        && await PatroniTarget.IsStreamingAsync(_deployment, _target.Node, cancellation).ConfigureAwait(false);

    // Patroni says by which method in its log alone (patroni/postgresql/bootstrap.py, create_replica).
    private async Task<IReadOnlyList<string>> LogAsync(TimeSpan since, CancellationToken cancellation)
    {
        var unit = new NodePaths(_deployment.Topology, await NodePlatform.ReadAsync(_target.Node, cancellation).ConfigureAwait(false)).PatroniUnit;
        var seconds = Math.Ceiling(since.TotalSeconds + 1).ToString(CultureInfo.InvariantCulture);
        var command = new ObservingCommand("journalctl", "--no-pager", "--quiet", "--output=cat", $"--unit={unit}", $"--since=-{seconds}s") { User = "root" };
        return [.. (await _target.Node.RunAsync(command, cancellation).ConfigureAwait(false)).Lines];
    }

    private static DrException LeaderNotReset(PatroniTarget target) => DrException.Of(
        DrErrorKind.Precondition,
        target.Node.Name,
        "Making the replica anew",
        $"{target.Member.Name} leads: its data is what the others are made from; nothing was changed",
        "Name a replica, or hand the lead over first (Invoke-PatroniSwitchover).");

    private static DrException NoLeaderToCopy(PatroniTarget target) => DrException.Of(
        DrErrorKind.Precondition,
        target.Node.Name,
        "Making the replica anew",
        "the cluster has no leader to make it from, and its data may be the only that is left; nothing was changed",
        "Wait until Get-PatroniCluster shows a leader, or recover one first.");

    private DrException ReplicaNotRebuilt(TimeSpan limit, IReadOnlyList<string> log) => DrException.Of(
        DrErrorKind.Timeout,
        _target.Node.Name,
        "Making the replica anew",
        $"it does not stream after {limit:g}; Patroni's log says last: {string.Join(" | ", log.TakeLast(3))}",
        "It goes on by itself; a large database takes longer than -TimeLimit. Look at Get-PatroniCluster, and at the log there for a method that fails.");
}
