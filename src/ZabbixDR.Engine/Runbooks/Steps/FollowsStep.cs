using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Waits until a standby streams from the recovered primary.</summary>
internal sealed class FollowsStep : NodeStep
{
    public const string Kind = "follows";

    // A rewind reads what both sides wrote since the fork; a standby that cannot be rewound is made anew, which copies the whole cluster.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);
    private readonly DeploymentSession _deployment;

    public FollowsStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes) => _deployment = deployment;

    /// <param name="node">The standby's node.</param>
    /// <param name="primary">The primary's node.</param>
    /// <param name="size">The cluster's size, in bytes.</param>
    public static DrPlanStep Plan(INode node, INode primary, long size) => new()
    {
        Id = $"follows-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"Wait until it streams from {primary.Name}",
        Why = "Patroni rewinds it to the new timeline by itself, or makes it anew.",
        Commands = ["(PostgreSQL) SELECT received_tli, status FROM pg_stat_wal_receiver"],
        Idempotent = true,
        Proof = "PostgreSQL there receives a stream of the primary's timeline.",
        Undo = "Nothing is changed by it.",
        TimeLimit = TimeSpan.FromMinutes(30) + TimeSpan.FromSeconds(size / (10 << 20)),
        Arguments = new Dictionary<string, string> { ["primary"] = primary.Name },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var primary = await _deployment.Postgres.GetStatusAsync(_deployment.Nodes.Get(Told("primary")), cancellation).ConfigureAwait(false);
        var (receiver, failure) = await DrException.TryAsync(() => ReceiverAsync(cancellation)).ConfigureAwait(false);
        return receiver?.Stream switch
        {
            null => StepLook.NotDone(failure?.Message ?? "it receives no stream"),
            { Status: "streaming", Timeline: var timeline } when timeline == primary.Timeline => StepLook.Done(string.Create(CultureInfo.InvariantCulture, $"it streams timeline {timeline}")),
            { } stream => StepLook.NotDone(string.Create(CultureInfo.InvariantCulture, $"its stream is {stream.Status}, of timeline {stream.Timeline}; the primary's is {primary.Timeline}")),
        };
    }

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => this.UntilDoneAsync(s_pause, cancellation);

    private async Task<Received> ReceiverAsync(CancellationToken cancellation) => new(await _deployment.Postgres.GetReceiverAsync(Seen, cancellation).ConfigureAwait(false));

    private sealed record Received(PgWalReceiver? Stream);
}
