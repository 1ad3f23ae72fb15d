using System.Diagnostics;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Operations;

/// <summary>A restart of PostgreSQL on a member, through its Patroni, which does not take it for a failure.</summary>
public sealed class RestartPatroniMember
{
    // After Patroni has said that PostgreSQL runs, a replica has its stream within a loop or two.
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(60);
    private readonly DeploymentSession _deployment;
    private readonly PatroniTarget _target;

    private RestartPatroniMember(DeploymentSession deployment, PatroniTarget target)
    {
        _deployment = deployment;
        _target = target;
    }

    /// <summary>The member.</summary>
    public PatroniMember Member => _target.Member;

    /// <summary>True where it leads: its restart interrupts service.</summary>
    public bool Leads => _target.Leads;

    /// <summary>Prepares it. Nothing is changed.</summary>
    /// <exception cref="DrException"><c>PatroniMemberUnknown</c>; <c>LeaderSpared</c>, where it leads and that was not asked for.</exception>
    public static RestartPatroniMember Of(DeploymentSession deployment, PatroniCluster cluster, string name, bool leaderToo)
    {
        var target = PatroniTarget.Of(deployment, cluster, name);
        return target.Leads && !leaderToo ? throw LeaderSpared(target) : new RestartPatroniMember(deployment, target);
    }

    /// <summary>What is left as it is, where nothing waits for a restart.</summary>
    public PatroniRestart Unneeded() => Result(restarted: false, null, TimeSpan.Zero);

    /// <summary>Restarts it, and waits until it runs again: a replica until it streams.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="onlyPending">Whether only where a setting waits for it.</param>
    /// <param name="timeLimit">The longest wait; it grows with what the shutdown has to write and the start to replay.</param>
    /// <param name="progress">Is told what it waits for.</param>
    /// <param name="cancellation">Ends the wait; the restart goes on.</param>
    /// <exception cref="DrException">Those of <see cref="PatroniChanges"/>; <c>MemberNotBack</c>; <c>RunHoldsNode</c>.</exception>
    public async Task<PatroniRestart> RunAsync(ChangePermit permit, bool onlyPending, TimeSpan timeLimit, IProgress<OperationProgress> progress, CancellationToken cancellation)
    {
        var clock = Stopwatch.StartNew();
        var work = await PatroniWork.BeginAsync(_deployment, [_target.Node], permit, timeLimit + s_settling, cancellation).ConfigureAwait(false);
        await using (work.ConfigureAwait(false))
        {
            var before = await _deployment.Patroni.GetStatusAsync(_target.Node, cancellation).ConfigureAwait(false);
            progress.Report(new OperationProgress($"Restarting PostgreSQL on {Member.Name}"));
            if (!await work.Changes.RestartAsync(onlyPending, timeLimit, cancellation).ConfigureAwait(false))
            {
                return Result(restarted: false, before, clock.Elapsed);
            }

            var back = await PatroniTarget.UntilAsync(
                _deployment.Patroni,
                _target.Node,
                status => IsBackAsync(before, status, cancellation),
                s_settling,
                state => progress.Report(new OperationProgress(state)),
                cancellation).ConfigureAwait(false);
            return back is null ? throw MemberNotBack() : Result(restarted: true, back, clock.Elapsed);
        }
    }

    private async Task<bool> IsBackAsync(PatroniStatus before, PatroniStatus now, CancellationToken cancellation) =>
        now.State == PatroniState.Running && now.StartedAt is not null && now.StartedAt != before.StartedAt
        && (now.IsPrimary || await PatroniTarget.IsStreamingAsync(_deployment, _target.Node, cancellation).ConfigureAwait(false));

    private PatroniRestart Result(bool restarted, PatroniStatus? status, TimeSpan elapsed) => new()
    {
        Member = Member.Name,
        Restarted = restarted,
        Role = status is { IsPrimary: true } ? PatroniRole.Primary : status is null || Member.Role != PatroniRole.Leader ? Member.Role : PatroniRole.Replica,
        State = status?.ReplicationState ?? Member.State,
        StartedAt = status?.StartedAt,
        PendingRestart = status?.PendingRestart ?? Member.PendingRestart,
        Elapsed = elapsed,
    };

    private static DrException LeaderSpared(PatroniTarget target) => DrException.Of(
        DrErrorKind.Busy,
        target.Node.Name,
        "Restarting PostgreSQL",
        "it is the leader there, and no server would take writes meanwhile; it was not restarted",
        "Hand the lead over first (Invoke-PatroniSwitchover), or say -IncludeLeader.");

    /// <summary>The leader is left alone, since a replica before it was not restarted.</summary>
    public DrException LeaderKept() => DrException.Of(
        DrErrorKind.Busy,
        _target.Node.Name,
        "Restarting PostgreSQL",
        "a member before it did not come back, and the leader may be the only one that serves; it was not restarted",
        "Look at Get-PatroniCluster, and restart the leader once the others stream.");

    private DrException MemberNotBack() => DrException.Of(
        DrErrorKind.Timeout,
        _target.Node.Name,
        "Restarting PostgreSQL",
        $"Patroni says that it was restarted, and {s_settling.TotalSeconds:0} s later it neither leads nor streams",
        "Look at Get-PatroniCluster and Get-PgReplicationStatus, and at PostgreSQL's log there.");
}
