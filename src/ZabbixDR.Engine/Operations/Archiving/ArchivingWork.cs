using System.Text.Json.Nodes;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations.Archiving;

/// <summary>The changing half of <see cref="EnableWalArchiving"/>: each step, and what was done so far.</summary>
internal sealed class ArchivingWork
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    // One segment of 16 MiB through archive-push, which PostgreSQL tries again every minute after a failure.
    private static readonly TimeSpan s_arrival = TimeSpan.FromMinutes(2);
    private static readonly string[] s_settings = ["archive_mode", "archive_command", "archive_timeout", "restore_command"];
    private readonly DeploymentSession _deployment;
    private readonly EnableWalArchiving _prepared;
    private readonly ChangePermit _permit;
    private readonly IProgress<OperationProgress>? _progress;
    private readonly IProgress<OperationMessage>? _messages;
    private readonly Dictionary<string, SharedNode> _nodes = new(StringComparer.Ordinal);
    private readonly List<string> _done = [];

    private ArchivingWork(DeploymentSession deployment, EnableWalArchiving prepared, ChangePermit permit, IProgress<OperationProgress>? progress, IProgress<OperationMessage>? messages)
    {
        _deployment = deployment;
        _prepared = prepared;
        _permit = permit;
        _progress = progress;
        _messages = messages;
    }

    /// <summary>What was changed so far, in words.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>Proves each node and takes it into hands that respect a runbook's lock.</summary>
    /// <exception cref="DrException"><c>RunHoldsNode</c>.</exception>
    public static async Task<ArchivingWork> BeginAsync(
        DeploymentSession deployment, EnableWalArchiving prepared, ChangePermit permit, IProgress<OperationProgress>? progress, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var work = new ArchivingWork(deployment, prepared, permit, progress, messages);
        foreach (var node in deployment.Patroni.Nodes)
        {
            work._nodes[node.Name] = await SharedNode.OfAsync(await deployment.Nodes.ChangingAsync(node, permit, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
            await work.RequireFreeAsync(node, cancellation).ConfigureAwait(false);
        }

        return work;
    }

    public async Task<string> WriteAsync(PreparedMember member, CancellationToken cancellation)
    {
        Tell($"Writing {member.File.Path} on {member.Node.Name}", 0.1);
        var aside = await member.WriteAsync(_nodes[member.Node.Name], DateTimeOffset.UtcNow, cancellation).ConfigureAwait(false);
        Did($"{member.Node.Name}: {member.File.Path} was changed; as it was, it is {aside}");
        return aside;
    }

    public async Task PatchAsync(JsonObject patch, CancellationToken cancellation)
    {
        Tell("Changing the dynamic configuration", 0.2);
        var changes = await ChangesAsync(_prepared.Leader, cancellation).ConfigureAwait(false);
        await changes.PatchConfigurationAsync((JsonObject)patch.DeepClone(), cancellation).ConfigureAwait(false);
        Did("the dynamic configuration was changed");
    }

    public async Task ReloadAsync(INode node, CancellationToken cancellation)
    {
        Tell($"Reloading Patroni on {node.Name}", 0.3);
        await (await ChangesAsync(node, cancellation).ConfigureAwait(false)).ReloadAsync(cancellation).ConfigureAwait(false);
        Did($"{node.Name}: Patroni was reloaded");
    }

    /// <summary>Waits until every server has the settings, or waits for the restart that they need.</summary>
    /// <returns>The nodes that wait.</returns>
    /// <exception cref="DrException"><c>ArchivingNotInEffect</c>.</exception>
    public async Task<IReadOnlyList<string>> SettleAsync(CancellationToken cancellation)
    {
        var cluster = await _deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false);

        // A member looks at the DCS once in loop_wait; what it writes is read by PostgreSQL at once.
        var limit = (2 * (cluster.LoopWait ?? TimeSpan.FromSeconds(10))) + TimeSpan.FromSeconds(20);
        var until = DateTimeOffset.UtcNow + limit;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            Tell("Waiting until every member has the settings", 0.4);
            var pending = cluster.Members.Where(member => member.PendingRestart).Select(member => member.Name).ToList();
            var missing = await MissingAsync(pending, cancellation).ConfigureAwait(false);
            if (missing is null)
            {
                return pending;
            }

            if (DateTimeOffset.UtcNow > until)
            {
                throw ArchivingNotInEffect(missing.Value.Node, missing.Value.What, limit);
            }

            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
            cluster = await _deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Restarts PostgreSQL where a setting waits for it, the leader last or after it has handed the lead over.</summary>
    /// <returns>The nodes that were restarted.</returns>
    public async Task<IReadOnlyList<string>> RestartAsync(IReadOnlyList<string> pending, CancellationToken cancellation)
    {
        var restarted = new List<string>();
        var leader = (await FindPrimary.RunAsync(_deployment, cancellation).ConfigureAwait(false)).Node;
        foreach (var node in _deployment.Patroni.Nodes.Where(node => pending.Contains(node.Name) && node.Name != leader.Name))
        {
            await RestartOneAsync(node, restarted, cancellation).ConfigureAwait(false);
        }

        if (!pending.Contains(leader.Name))
        {
            return restarted;
        }

        if (_prepared.Request.Switchover)
        {
            await HandOverAsync(leader, cancellation).ConfigureAwait(false);
            restarted.Add(leader.Name);
        }

        // One that was demoted was restarted by that, as a rule.
        if (!_prepared.Request.Switchover || await IsPendingAsync(leader, cancellation).ConfigureAwait(false))
        {
            await RestartOneAsync(leader, restarted, cancellation).ConfigureAwait(false);
        }

        return restarted;
    }

    /// <summary>Closes a segment on the primary and waits until the archiver and every repository have it; nothing of it where archiving still waits for a restart.</summary>
    /// <exception cref="DrException"><c>SegmentNotArchived</c>.</exception>
    public async Task<(string Leader, string? Segment, DateTimeOffset? ArchivedAt)> ProveAsync(CancellationToken cancellation)
    {
        var primary = (await FindPrimary.RunAsync(_deployment, cancellation).ConfigureAwait(false)).Node;
        if ((await _deployment.Postgres.GetArchiverAsync(primary, cancellation).ConfigureAwait(false)).ArchiveMode == PgArchiveMode.Off)
        {
            return (primary.Name, null, null);
        }

        Tell("Closing a WAL segment", 0.8);
        var segment = await SwitchAsync(primary, cancellation).ConfigureAwait(false);
        var until = DateTimeOffset.UtcNow + s_arrival;
        while (true)
        {
            Tell($"Waiting until {segment} is archived", 0.9);
            var archiver = await _deployment.Postgres.GetArchiverAsync(primary, cancellation).ConfigureAwait(false);
            if (WalName.Reaches(archiver.LastArchivedWal, segment))
            {
                var held = await _deployment.PgBackRest.AtMost(_prepared.Request.TimeLimit).LastArchivedAsync(primary, cancellation).ConfigureAwait(false);
                return held.Values.All(last => WalName.Reaches(last, segment))
                    ? (primary.Name, segment, archiver.LastArchivedTime)
                    : throw SegmentNotArchived(primary.Name, segment, $"PostgreSQL calls it archived, and {string.Join(", ", held.Where(one => !WalName.Reaches(one.Value, segment)).Select(one => $"repository {one.Key} ends at {one.Value ?? "nothing"}"))}");
            }

            if (DateTimeOffset.UtcNow > until)
            {
                throw SegmentNotArchived(
                    primary.Name,
                    segment,
                    $"it was not archived within {s_arrival.TotalMinutes:0} minutes; the last that was is {archiver.LastArchivedWal ?? "none"}, {archiver.FailedCount} attempts failed, the last at {archiver.LastFailedTime:u}");
            }

            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<string> SwitchAsync(INode primary, CancellationToken cancellation)
    {
        // Where nothing was written since the last switch, there would be nothing to close.
        var postgres = _deployment.Topology.Postgres!;
        var arguments = Psql.Arguments(postgres, "postgres", "SELECT pg_walfile_name(pg_logical_emit_message(true, 'zabbixdr', 'archiving'))", "SELECT pg_switch_wal()");
        return (await _nodes[primary.Name].RunAsync(Psql.Command(postgres.User, arguments), cancellation).ConfigureAwait(false)).Lines[0].Trim();
    }

    private async Task RestartOneAsync(INode node, List<string> restarted, CancellationToken cancellation)
    {
        Tell($"Restarting PostgreSQL on {node.Name}", 0.5);
        if (await (await ChangesAsync(node, cancellation).ConfigureAwait(false)).RestartAsync(onlyPending: true, _prepared.Request.TimeLimit, cancellation).ConfigureAwait(false))
        {
            restarted.Add(node.Name);
            Did($"{node.Name}: PostgreSQL was restarted");
        }

        await UntilWholeAsync(node, cancellation).ConfigureAwait(false);
    }

    private async Task HandOverAsync(INode leader, CancellationToken cancellation)
    {
        var cluster = await UntilWholeAsync(leader, cancellation).ConfigureAwait(false);
        var candidate = (cluster.SyncStandbys is [var standby, ..] ? standby : null)
            ?? cluster.Members.FirstOrDefault(member => member.Role == PatroniRole.Replica && member.State is PatroniState.Streaming)?.Name
            ?? throw NoCandidate(leader.Name);
        Tell($"Handing the lead over to {candidate}", 0.6);
        await (await ChangesAsync(leader, cancellation).ConfigureAwait(false)).SwitchoverAsync(leader.Name, candidate, _prepared.Request.TimeLimit, cancellation).ConfigureAwait(false);
        Did($"{candidate} leads in the place of {leader.Name}");
        await UntilWholeAsync(leader, cancellation).ConfigureAwait(false);
    }

    // The next member is touched only when the last is back, and with synchronous replication only when a commit has a standby again.
    private async Task<PatroniCluster> UntilWholeAsync(INode node, CancellationToken cancellation)
    {
        var until = DateTimeOffset.UtcNow + _prepared.Request.TimeLimit;
        while (true)
        {
            Tell($"Waiting until {node.Name} is back", 0.7);
            var cluster = await _deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false);
            var primary = cluster.Members.Count(member => member is { IsPrimary: true, State: PatroniState.Running }) == 1;
            var back = cluster.Members.Any(member => member.Name == node.Name && member.State is PatroniState.Running or PatroniState.Streaming);
            if (primary && back && (cluster.SynchronousMode is null or PatroniSynchronousMode.Off || cluster.SyncStandbys.Count > 0 || cluster.Members.Count == 1))
            {
                return cluster;
            }

            if (DateTimeOffset.UtcNow > until)
            {
                throw MemberNotBack(node.Name, cluster);
            }

            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<bool> IsPendingAsync(INode node, CancellationToken cancellation) =>
        (await _deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false)).Members.Any(member => member.Name == node.Name && member.PendingRestart);

    // The first setting of the first server that is not as it should be.
    private async Task<(string Node, string What)?> MissingAsync(IReadOnlyList<string> pending, CancellationToken cancellation)
    {
        foreach (var node in _deployment.Patroni.Nodes)
        {
            var settings = await _deployment.Postgres.GetSettingsAsync(node, s_settings, cancellation).ConfigureAwait(false);
            var isStandby = await _deployment.Postgres.IsInRecoveryAsync(node, cancellation).ConfigureAwait(false);
            var (target, waits) = (_prepared.Target, pending.Contains(node.Name));
            var wrong = settings.FirstOrDefault(setting => !(setting.Key switch
            {
                "archive_mode" => waits || ArchivingTarget.IsOn(setting.Value),
                "archive_command" => target.IsPush(setting.Value),
                "archive_timeout" => target.IsTimeout(ArchivingTarget.Seconds(setting.Value)),

                // Patroni gives it to a server that recovers alone.
                _ => !isStandby || waits || target.IsGet(setting.Value),
            }));
            if (wrong.Key is not null)
            {
                return (node.Name, $"{wrong.Key} is '{ShownValue.Of(wrong.Key, wrong.Value)}' there");
            }
        }

        return null;
    }

    private async Task<PatroniChanges> ChangesAsync(INode node, CancellationToken cancellation)
    {
        // Patroni's interface knows nothing of the lock.
        await RequireFreeAsync(node, cancellation).ConfigureAwait(false);
        return await _deployment.Patroni.ChangingAsync(node, _permit, cancellation).ConfigureAwait(false);
    }

    private async Task RequireFreeAsync(INode node, CancellationToken cancellation) =>
        await _nodes[node.Name].RunAsync(new ChangingCommand("true") { User = "root", Title = "the change of WAL archiving" }, cancellation).ConfigureAwait(false);

    private void Tell(string status, double fraction) => _progress?.Report(new OperationProgress(status, fraction));

    private void Did(string what)
    {
        _done.Add(what);
        _messages?.Report(new OperationMessage(false, what));
    }

    private static DrException ArchivingNotInEffect(string node, string what, TimeSpan limit) => DrException.Of(
        DrErrorKind.Timeout,
        node,
        "Waiting for the settings of archiving",
        $"{what} after {limit.TotalSeconds:0} s, and Patroni calls no restart pending",
        "Something else than Patroni sets it: look at pg_settings.sourcefile for it there (an include, the command line, another member's file), and at Patroni's log.");

    private static DrException MemberNotBack(string node, PatroniCluster cluster) => DrException.Of(
        DrErrorKind.Timeout,
        node,
        "Waiting for the cluster to be whole again",
        $"it is not ({string.Join("; ", cluster.Members.Select(member => $"{member.Name}: {member.Role}, {member.State}"))})",
        "Look at PostgreSQL's and Patroni's log there; no other member was touched since.");

    private static DrException NoCandidate(string leader) => DrException.Of(
        DrErrorKind.Remote,
        leader,
        "Handing the lead over",
        "no standby streams that could take it",
        "Look at Get-PatroniCluster, or restart the leader in its place: run the command again without -Switchover.");

    private static DrException SegmentNotArchived(string node, string segment, string cameBack) => DrException.Of(
        DrErrorKind.Remote,
        node,
        $"Archiving {segment}, which was closed for a proof,",
        cameBack,
        "Archiving is on and does not work, so WAL heaps up there: look at PostgreSQL's log for archive-push, and run pgbackrest check on the primary.");
}
