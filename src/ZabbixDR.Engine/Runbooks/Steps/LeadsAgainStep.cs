using System.Diagnostics;
using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Waits until a server is a real primary. Where Patroni does not give it the lead by itself, it is told to: none of the others runs.
/// </summary>
internal sealed class LeadsAgainStep : NodeStep
{
    public const string Kind = "leads-again";

    // Patroni decides in the first loop in which its server answers, a second after that. Where it has not then, it takes the server for too far behind the last position
    // that the old leader wrote (maximum_lag_on_failover, 1 MiB by default), as one that went back in time is; with synchronous mode too, once no standby is named any more.
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    // Patroni's own wait is twice loop_wait, or 20 s.
    private static readonly TimeSpan s_failoverLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private readonly DeploymentSession _deployment;
    private readonly RunNodes _nodes;

    public LeadsAgainStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes) => (_deployment, _nodes) = (deployment, nodes);

    /// <param name="node">The server's node.</param>
    /// <param name="on">What timeline it shall write, in words.</param>
    /// <param name="after">The timeline that this one must be later than.</param>
    /// <param name="undo">How it is taken back.</param>
    public static DrPlanStep Plan(INode node, string on, int after, string undo) => new()
    {
        Id = $"leads-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"Wait until it is the primary, on {on}",
        Why = "The others are kept off. Patroni takes a server that went back in time for too far behind (maximum_lag_on_failover), and is told to give it the lead.",
        Commands = ["(Patroni) GET /patroni", $"(Patroni, where its server runs for {s_patience.TotalSeconds:0} s and does not lead) POST /failover"],
        Idempotent = true,
        Proof = $"Patroni calls it a running primary, and PostgreSQL itself is not in recovery and writes {on}.",
        Undo = undo,
        TimeLimit = TimeSpan.FromMinutes(10),
        Arguments = new Dictionary<string, string> { ["timeline"] = after.ToString(CultureInfo.InvariantCulture) },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) => (await LookCloserAsync(cancellation).ConfigureAwait(false)).Look;

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        for (var runsWithoutLead = new Stopwatch(); await LookCloserAsync(cancellation).ConfigureAwait(false) is ({ IsDone: false }, var status); await Task.Delay(s_pause, cancellation).ConfigureAwait(false))
        {
            // Not streaming: there is none to stream from. Patroni may call that archive recovery.
            if (status is not { IsPrimary: false, State: PatroniState.Running })
            {
                continue;
            }

            runsWithoutLead.Start();
            if (runsWithoutLead.Elapsed > s_patience)
            {
                await TakeLeadAsync(status.Name ?? Step.Node!, messages, cancellation).ConfigureAwait(false);
                runsWithoutLead.Reset();
            }
        }
    }

    private async Task<(StepLook Look, PatroniStatus? Status)> LookCloserAsync(CancellationToken cancellation)
    {
        var (status, failure) = await DrException.TryAsync(() => _deployment.Patroni.GetStatusAsync(Seen, cancellation)).ConfigureAwait(false);
        if (status is null)
        {
            return (StepLook.NotDone(failure!.Message), null);
        }

        var server = await PatroniToReplace.AskAsync(_deployment.Postgres, Seen, cancellation).ConfigureAwait(false);
        var seen = $"Patroni says {status.RoleWord}, {status.StateWord}{(server is null ? "" : string.Create(CultureInfo.InvariantCulture, $"; PostgreSQL {(server.IsInRecovery ? "is in recovery" : "takes writes")}, timeline {server.Timeline}"))}";
        return status.IsRunningPrimary && server is { IsInRecovery: false } && server.Timeline > int.Parse(Told("timeline"), CultureInfo.InvariantCulture)
            ? (StepLook.Done(seen) with { Facts = new Dictionary<string, string> { [PointInTimeFacts.Timeline] = server.Timeline.ToString(CultureInfo.InvariantCulture) } }, status)
            : (StepLook.NotDone(seen), status);
    }

    private async Task TakeLeadAsync(string member, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        messages?.Report(new OperationMessage(IsWarning: false, $"Patroni does not give {member} the lead by itself, and is told to."));
        var patroni = await _nodes.ChangePatroniAsync(Step.Node!, cancellation).ConfigureAwait(false);
        await patroni.FailoverAsync(member, s_failoverLimit, cancellation).ConfigureAwait(false);
    }
}
