using System.Text.Json.Nodes;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Patroni;

/// <summary>
/// Patroni of a deployment, through its REST interface. Every member throws <see cref="DrException"/>: <c>PatroniUnreachable</c>,
/// <c>PatroniTimedOut</c>, <c>PatroniRefused</c>, <c>PatroniUnreadable</c>, <c>PatroniScopeDiffers</c>, and those of <see cref="INode"/>.
/// </summary>
public sealed class PatroniClient : IDisposable
{
    /// <summary>After one member has told all of the cluster, how long the others have for their own word. A dead host costs no more.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);
    private readonly Dictionary<string, PatroniRest> _members;

    /// <summary>Prepares the interfaces of the nodes with role postgres; nothing is connected yet.</summary>
    /// <param name="settings">What the topology says of Patroni.</param>
    /// <param name="nodes">The nodes.</param>
    /// <param name="secrets">Finds the password of the REST interface.</param>
    public PatroniClient(PatroniSettings settings, IReadOnlyList<INode> nodes, SecretReader secrets)
        : this(settings, nodes, node => new PatroniRest(node, settings, secrets))
    {
    }

    /// <summary>Prepares the interfaces, each made by the caller.</summary>
    internal PatroniClient(PatroniSettings settings, IReadOnlyList<INode> nodes, Func<INode, PatroniRest> rest)
    {
        Settings = settings;
        Nodes = nodes;
        _members = nodes.ToDictionary(node => node.Name, rest, StringComparer.Ordinal);
    }

    /// <summary>What the topology says of Patroni.</summary>
    public PatroniSettings Settings { get; }

    /// <summary>The nodes that should run it, in the topology's order.</summary>
    public IReadOnlyList<INode> Nodes { get; }

    /// <summary>Asks the Patroni of one node what it is.</summary>
    public async Task<PatroniStatus> GetStatusAsync(INode node, CancellationToken cancellation) =>
        PatroniReading.Status(await GetStatusDocumentAsync(node, cancellation).ConfigureAwait(false));

    /// <summary>
    /// Asks all nodes at once, each for the cluster as the DCS has it and for its own word. Any one that can read the DCS is
    /// enough; where none can, the cluster is what the members say of themselves, and <see cref="PatroniCluster.Reason"/> says so.
    /// </summary>
    /// <exception cref="DrException"><c>PatroniSilent</c>, where no node answers anything; each node's failure is in the message.</exception>
    public async Task<PatroniCluster> GetClusterAsync(CancellationToken cancellation)
    {
        var outcomes = await NodeRace.AskAsync(Nodes, LookAsync, view => view.Cluster is not null && view.Status is not null, Grace, cancellation)
            .ConfigureAwait(false);
        var views = outcomes.Select(outcome => outcome.Value ?? new PatroniView(outcome.Node.Definition, null, null, null, outcome.Failure, outcome.Failure)).ToList();
        return views.TrueForAll(view => view.Status is null && view.Cluster is null)
            ? throw PatroniSilent(new NodeFailures(views.Select(view => (view.Node.Name, view.Failure!))))
            : PatroniReading.Cluster(Settings.Scope, views, DateTimeOffset.UtcNow);
    }

    /// <summary>The dynamic configuration as a node's Patroni reads it in the DCS: what was set, without Patroni's defaults.</summary>
    public Task<JsonObject> GetConfigurationAsync(INode node, CancellationToken cancellation) =>
        _members[node.Name].GetAsync("config", PatroniJson.Default.JsonObject, cancellation);

    /// <summary>The dynamic configuration, from the first node that gives it, and what waits for a restart on all that answer.</summary>
    /// <exception cref="DrException"><c>PatroniConfigurationUnread</c>, where no node gives it; each node's failure is in the message.</exception>
    public async Task<PatroniConfigurationView> GetConfigurationAsync(CancellationToken cancellation)
    {
        var outcomes = await NodeRace.AskAsync(Nodes, LookAtConfigurationAsync, look => look.Document is not null, Grace, cancellation).ConfigureAwait(false);
        var read = outcomes.FirstOrDefault(outcome => outcome.Value?.Document is not null)
            ?? throw PatroniConfigurationUnread(new NodeFailures(outcomes.Select(outcome => (outcome.Node.Name, (outcome.Value?.Failure ?? outcome.Failure)!))));
        var pending = outcomes.Select(outcome => outcome.Value?.Pending).OfType<PatroniPendingRestart>().ToList();
        return new PatroniConfigurationView(read.Node, read.Value!.Document!, PatroniConfigurationReading.Of(Settings.Scope, read.Node.Name, read.Value.Document!, pending));
    }

    /// <summary>The right to change things through a node's Patroni, against the permit, once that is proven to be of this cluster.</summary>
    public async Task<PatroniChanges> ChangingAsync(INode node, ChangePermit permit, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(permit);
        await GetStatusDocumentAsync(node, cancellation).ConfigureAwait(false);
        return new PatroniChanges(_members[node.Name], permit);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var member in _members.Values)
        {
            member.Dispose();
        }
    }

    private async Task<PatroniView> LookAsync(INode node, CancellationToken cancellation)
    {
        var rest = _members[node.Name];
        var asked = DrException.TryAsync(() => GetStatusDocumentAsync(node, cancellation));
        var configured = DrException.TryAsync(() => rest.GetAsync("config", PatroniJson.Default.PatroniConfigDocument, cancellation));
        var (cluster, clusterFailure) = await DrException.TryAsync(() => rest.GetAsync("cluster", PatroniJson.Default.PatroniClusterDocument, cancellation)).ConfigureAwait(false);
        var (status, failure) = await asked.ConfigureAwait(false);
        var (config, _) = await configured.ConfigureAwait(false);
        // A stranger's cluster is none of ours, whatever it says.
        return failure is { Id: nameof(PatroniScopeDiffers) }
            ? new PatroniView(node.Definition, null, null, null, failure, failure)
            : new PatroniView(node.Definition, status, cluster, config, failure, clusterFailure);
    }

    private async Task<PatroniStatusDocument> GetStatusDocumentAsync(INode node, CancellationToken cancellation)
    {
        var status = await _members[node.Name].GetAsync("patroni", PatroniJson.Default.PatroniStatusDocument, cancellation).ConfigureAwait(false);
        return status.Program?.Scope is { } scope && scope != Settings.Scope ? throw PatroniScopeDiffers(node, scope) : status;
    }

    // A stranger's configuration is none of ours: its own word is asked first.
    private async Task<ConfigurationLook> LookAtConfigurationAsync(INode node, CancellationToken cancellation)
    {
        var status = await GetStatusDocumentAsync(node, cancellation).ConfigureAwait(false);
        var (document, failure) = await DrException.TryAsync(() => GetConfigurationAsync(node, cancellation)).ConfigureAwait(false);
        return new ConfigurationLook(document, failure, PatroniConfigurationReading.Pending(node.Name, status));
    }

    private DrException PatroniConfigurationUnread(NodeFailures failures) => DrException.Of(
        DrErrorKind.Unreachable,
        null,
        $"Reading the dynamic configuration of the Patroni cluster {Settings.Scope}",
        $"no node gave it ({failures.Findings})",
        $"{failures.Remedies} See with Get-PatroniCluster which members answer, and with Test-EtcdEndpoint how etcd is.");

    private DrException PatroniScopeDiffers(INode node, string scope) => DrException.Of(
        DrErrorKind.InvalidData,
        node.Name,
        $"Looking for the Patroni cluster {Settings.Scope}",
        $"the Patroni there belongs to {scope}",
        "Correct the node's address or patroni.scope in the topology file.");

    private DrException PatroniSilent(NodeFailures failures) => DrException.Of(
        DrErrorKind.Unreachable,
        null,
        $"Asking the Patroni cluster {Settings.Scope}",
        $"no node answered ({failures.Findings})",
        $"{failures.Remedies} Get-DrNode says which hosts can be reached.");

    private sealed record ConfigurationLook(JsonObject? Document, DrException? Failure, PatroniPendingRestart? Pending);
}
