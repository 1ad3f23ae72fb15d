using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Observes, and plans a point-in-time recovery of the PostgreSQL cluster. All that can refuse refuses here; nothing is changed.</summary>
public static class PointInTimePlan
{
    private const string Kept = "a point-in-time recovery runs; Resume-DrRun or Undo-DrRun takes this away again.";
    private const string FenceUndo = "start it only once the data from before is back in its place";

    // PostgreSQL 15 brought archive_library.
    private const int FirstWithLibrary = 15;

    /// <summary>Makes the plan.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="request">What is asked for.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>RecoveryTargetUnreachable</c>, <c>TargetInFuture</c>, <c>OtherDatabase</c>, <c>PrimaryUnknown</c>, <c>SeveralServersWrite</c>, <c>ClusterPaused</c>, <c>NotAServer</c>, <c>DataDirectoryUnfit</c>,
    /// <c>DataRoomMissing</c>, <c>EtcdAway</c>, <c>PatroniConfigurationUnknown</c>, <c>SectionMissing</c>, and why a node cannot be reached or a server not be asked.
    /// </exception>
    public static Task<DrPlan> MakeAsync(DeploymentSession deployment, PointInTimeRequest request, CancellationToken cancellation) =>
        MakeAsync(deployment, request, RunIdentity.NewId(DateTimeOffset.UtcNow), cancellation);

    /// <summary>Makes the plan of a run that has its id already.</summary>
    internal static async Task<DrPlan> MakeAsync(DeploymentSession deployment, PointInTimeRequest request, string run, CancellationToken cancellation)
    {
        _ = (deployment.Patroni, deployment.Postgres, deployment.PgBackRest);
        if (request.Goal.AsTime > DateTimeOffset.UtcNow)
        {
            throw PointInTimeErrors.TargetInFuture(request.Goal);
        }

        var servers = await Task.WhenAll(deployment.Nodes.With(NodeRole.Postgres).Select(node => ServerToRecover.LookAsync(deployment, node, run, cancellation))).ConfigureAwait(false);
        var primary = Primary(servers);
        var target = Target(servers, primary, request.Node);
        var way = FindRecoveryWay.RunAsync(deployment, request.Search, primary is null ? null : Writing(primary), cancellation);
        var kept = ConfigurationAsync(deployment, target.Node, cancellation);
        var (zabbix, archiveCommand) = (ZabbixAsync(deployment, cancellation), ArchiveCommandAsync(deployment, primary, cancellation));

        // Where several refuse, the first of these is told.
        await Task.WhenAll(RequireUnpausedAsync(deployment, cancellation), way, kept, zabbix, archiveCommand).ConfigureAwait(false);
        var (member, configuration) = await kept.ConfigureAwait(false);
        var found = new PointInTimeFound(request, await way.ConfigureAwait(false), servers, primary, target, member, configuration, await zabbix.ConfigureAwait(false), await archiveCommand.ConfigureAwait(false));
        await RequireSameDatabaseAsync(deployment, found.Way.Set, servers, cancellation).ConfigureAwait(false);
        await target.RequireReplaceableAsync(RoomToRecover.Of(found.Way.Set), cancellation).ConfigureAwait(false);
        return NewPlan.Of(deployment, run, PointInTime.Name, $"Recover PostgreSQL to {request.Goal}", [.. Steps(deployment, run, found)]) with
        {
            Inputs = request.ToInputs(),
            Observed = [.. Observe(found)],
        };
    }

    /// <summary>The steps.</summary>
    internal static IEnumerable<DrPlanStep> Steps(DeploymentSession deployment, string run, PointInTimeFound found)
    {
        var (postgres, target, set) = (deployment.Topology.Postgres!, found.Target, found.Way.Set);
        var others = found.Servers.Where(server => server != target).ToList();
        var (quiet, archiving) = (Standalone(target, postgres, HoldsBack(postgres)), Standalone(target, postgres, Archives(found)));
        var place = RepositoryHost.Of(deployment, set.Repository) ?? target.Node;
        var backup = new BackupRequest(PgBackRestBackupType.Full, set.Repository, BackupRequest.DefaultTimeLimit) { KeepsAll = true, Run = run };
        return
        [
            .. found.Primary is { } primary ? new[] { CloseWalStep.Plan(primary.Node, postgres, run) } : [],
            WayOpenStep.Plan(found.Request, found.Way),
            KeepConfigurationStep.Plan(target.Node, found.Member, ConfigurationToKeep.Key(deployment), found.Configuration, run),
            .. found.Zabbix.Select(zabbix => FenceUnitStep.Plan(zabbix.Node, zabbix.Unit, run, "It would write into a database that is taken away, and hold its values back at best.", Kept, FenceUndo)),
            .. found.Primary is { } writes ? new[] { PrimaryKeptStep.Plan("primary-kept", writes.ToReplace(), found.Servers.Select(server => server.ToReplace()), "A failover since the plan was made would have the wrong server stopped last and recovered. Once they are stopped, none moves it.") } : [],

            // The primary last: a standby whose primary goes away first would promote.
            .. found.Servers.OrderBy(server => server == found.Primary)
                .Select(server => FenceUnitStep.Plan(server.Node, server.Unit, run, "Patroni, and PostgreSQL with it; the primary last, since a standby would promote. Nobody may start it on the data that is being left.", Kept, FenceUndo)),
            .. found.Servers.Select(server => NoServerStep.Plan(server.Node, server.DataDirectory, server.BinDirectory, postgres.User, "Patroni leaves it running where it is paused, or where its stop was cut short.")),
            MoveDataStep.Plan(target.Node, target.Unit, postgres.User, target.DataDirectory, target.AsidePath, target.AsideMark, "The way back, and perhaps the last commits: its WAL may hold what the archive does not. Nothing is deleted."),
            RestoreSetStep.Plan(target, postgres.User, deployment.PgBackRest.RestoreCommand(target.Node, set, found.Request.Goal, found.Way.Timeline, target.DataDirectory), set),
            RecoverStep.Plan(target, quiet, found.Request),
            DataCheckedStep.Plan(target, quiet, found.Request, postgres),
            SealTimelineStep.Plan(target, archiving, postgres),
            StopStandaloneStep.Plan(target, archiving),
            .. others.Count == 0 ? Array.Empty<DrPlanStep>() : [StillOffStep.Plan(others)],
            UnfenceUnitStep.Plan(target.Node, target.Unit, "Its data is recovered and at rest."),
            LeadsAgainStep.Plan(target.Node, "its new timeline", found.Way.Timeline, "There is no way back: what is written from now on is in the new timeline alone. The data from before is kept."),
            ConfigurationKeptStep.Plan(found.Member, ConfigurationToKeep.Key(deployment), found.Configuration),
            .. found.Zabbix.Select(zabbix => UnfenceUnitStep.Plan(zabbix.Node, zabbix.Unit, "The primary is there; it need not wait for the backup.")),
            .. others.Select(server => UnfenceUnitStep.Plan(server.Node, server.Unit, "The primary is there on the new timeline: it follows, and cannot lead.")),
            .. found.Zabbix.Count == 0 ? Array.Empty<DrPlanStep>() : [ZabbixWorksStep.Plan()],

            // Before a standby is waited for: one that has to be made anew from a set needs this one.
            FullBackupStep.Plan(place, deployment.PgBackRest.BackupCommand(place, backup), set.Repository, set.DatabaseSize, run),
            .. others.Select(server => FollowsStep.Plan(server.Node, target.Node, set.DatabaseSize)),
            ProveWriteStep.Plan(found.Servers.OrderByDescending(server => server == target).Select(server => server.Node), postgres, run),
            .. Leftovers(target, place),
        ];
    }

    // Each is forgotten once it has done its work, but for the server; one whose run was broken off right then is left.
    private static IEnumerable<DrPlanStep> Leftovers(ServerToRecover target, INode place)
    {
        const string What = "Delete what the run's own units left there";
        string[] own = [RestoreSetStep.IdOn(target.Node), StandaloneServer.Step];
        var isOne = place.Name == target.Node.Name;
        yield return EndUnitsStep.Plan(target.Node, target.Run, What, $"It is of no more use. {target.AsidePath} stays: delete it once you are sure that you need it no more.", isOne ? [.. own, FullBackupStep.Kind] : own) with { Destructive = false };
        if (!isOne)
        {
            yield return EndUnitsStep.Plan(place, target.Run, What, "It is of no more use; the backup stays.", FullBackupStep.Kind) with { Destructive = false };
        }
    }

    private static StandaloneServer Standalone(ServerToRecover target, PostgresSettings postgres, IEnumerable<string> archiving)
    {
        var server = new StandaloneServer(target.Run, target.BinDirectory, target.DataDirectory, target.AsidePath, postgres) { Options = [] };
        return server with { Options = [.. StandaloneServer.OptionsFor(server.Folder), .. archiving.SelectMany(option => new[] { "-c", option })] };
    }

    // What it has to archive waits: once the archive knows the new timeline, a server with the data from before does not start under Patroni any more.
    private static IEnumerable<string> HoldsBack(PostgresSettings postgres) =>
        postgres.Version >= FirstWithLibrary ? ["archive_mode=on", "archive_command=", "archive_library="] : ["archive_mode=on", "archive_command="];

    private static IEnumerable<string> Archives(PointInTimeFound found) => found.ArchiveCommand is null ? ["archive_mode=on"] : ["archive_mode=on", $"archive_command={found.ArchiveCommand}"];

    private static IEnumerable<DrObservation> Observe(PointInTimeFound found)
    {
        yield return new("set", $"{found.Way.Set.Label} in repository {found.Way.Set.Repository}, of database {found.Way.Set.SystemIdentifier}, stopped at {found.Way.Set.LsnStop}");
        yield return new("timeline", found.Way.Timeline.ToString(CultureInfo.InvariantCulture));
        foreach (var server in found.Servers)
        {
            yield return new($"{server.Node.Name} PostgreSQL", server.Found);
        }

        yield return new("recovered on", $"{found.Target.Node.Name}, {found.Target.DataDirectory}");
        yield return new("Patroni's configuration", $"{found.Configuration.Source}, SHA-256 {found.Configuration.Digest}");
    }

    // Where no Patroni answers, none is paused as far as that matters: the run starts it anew.
    private static async Task RequireUnpausedAsync(DeploymentSession deployment, CancellationToken cancellation)
    {
        if ((await DrException.TryAsync(() => deployment.Patroni.GetClusterAsync(cancellation)).ConfigureAwait(false)).Value is { Paused: true })
        {
            throw PointInTimeErrors.ClusterPaused();
        }
    }

    private static ServerToRecover? Primary(ServerToRecover[] servers) => Array.FindAll(servers, server => server.IsWritable) switch
    {
        [] => null,
        [var one] => one,
        var several => throw PointInTimeErrors.SeveralServersWrite(several.Select(server => server.Node.Name)),
    };

    private static ServerToRecover Target(ServerToRecover[] servers, ServerToRecover? primary, string? node) => node is null
        ? primary ?? throw PointInTimeErrors.PrimaryUnknown(servers.Select(server => $"{server.Node.Name}: {server.Found}"))
        : Array.Find(servers, server => server.Node.Name == node) ?? throw PointInTimeErrors.NotAServer(node);

    private static PrimaryNode Writing(ServerToRecover server) => new(server.Node, server.Status!.Timeline, server.Status.Lsn!.Value, server.Status.SystemIdentifier);

    private static async Task RequireSameDatabaseAsync(DeploymentSession deployment, PgBackRestBackup set, ServerToRecover[] servers, CancellationToken cancellation)
    {
        var known = servers.FirstOrDefault(server => server.Status is not null);
        var (name, database) = known is not null
            ? (known.Node.Name, known.Status!.SystemIdentifier)
            : ("Patroni's keys", (await DrException.TryAsync(() => deployment.Patroni.GetClusterAsync(cancellation)).ConfigureAwait(false)).Value?.SystemIdentifier);
        if (database is not null && database != set.SystemIdentifier)
        {
            throw PointInTimeErrors.OtherDatabase(set, name, database);
        }
    }

    private static async Task<(string Member, ConfigurationToKeep Found)> ConfigurationAsync(DeploymentSession deployment, INode target, CancellationToken cancellation)
    {
        var member = await FreshState.HealthyAsync(deployment, cancellation).ConfigureAwait(false) ?? throw PointInTimeErrors.EtcdAway();
        return (member, await ConfigurationToKeep.FindAsync(deployment, member, target, null, cancellation).ConfigureAwait(false) ?? throw EtcdFreshErrors.PatroniConfigurationUnknown(SnapshotFit.Folder(deployment.Patroni.Settings)));
    }

    private static async Task<IReadOnlyList<(INode Node, string Unit)>> ZabbixAsync(DeploymentSession deployment, CancellationToken cancellation) =>
        await Task.WhenAll(deployment.Nodes.With(NodeRole.ZabbixServer).Select(async node =>
            (node, new Topology.NodePaths(deployment.Topology, await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false)).ZabbixServerUnit))).ConfigureAwait(false);

    // What was archived with until now; where no primary tells, what the set's own configuration says.
    private static async Task<string?> ArchiveCommandAsync(DeploymentSession deployment, ServerToRecover? primary, CancellationToken cancellation) => primary is null
        ? null
        : (await deployment.Postgres.GetSettingsAsync(primary.Node, ["archive_command"], cancellation).ConfigureAwait(false)).GetValueOrDefault("archive_command") is { Length: > 0 } command ? command : null;
}
