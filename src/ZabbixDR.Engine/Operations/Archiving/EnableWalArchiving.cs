using System.Text.Encodings.Web;
using System.Text.Json;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Operations.Archiving;

/// <summary>
/// Turns WAL archiving on in a Patroni cluster. Prepared first: every node is read, and what is to be changed there is worked out, before anything is changed
/// anywhere; a node that cannot be asked, or a file that cannot be edited safely, ends it there.
/// </summary>
public sealed class EnableWalArchiving
{
    // A double quote stands as \" in it, for people to read.
    private static readonly JsonSerializerOptions s_readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly DeploymentSession _deployment;
    private readonly IReadOnlyList<PreparedMember> _members;
    private readonly DynamicArchiving _dynamic;
    private readonly IReadOnlyList<string> _pending;

    private EnableWalArchiving(
        DeploymentSession deployment, ArchivingRequest request, ArchivingTarget target, INode leader, IReadOnlyList<PreparedMember> members, DynamicArchiving dynamic, IReadOnlyList<string> pending)
    {
        _deployment = deployment;
        _members = members;
        _dynamic = dynamic;
        _pending = pending;
        Request = request;
        Target = target;
        Leader = leader;
    }

    /// <summary>The primary.</summary>
    public INode Leader { get; }

    /// <summary>The Patroni cluster.</summary>
    public string Scope => _deployment.Patroni.Settings.Scope;

    /// <summary>True where nothing is to be changed, and nothing that is wanted waits for a restart.</summary>
    public bool IsDone => IsSet && !(Request.Restart && _pending.Count > 0);

    internal ArchivingRequest Request { get; }

    internal ArchivingTarget Target { get; }

    private bool IsSet => _dynamic.Patch is null && _members.All(member => member.Wanted.Changes.Count == 0);

    /// <summary>Reads every node and works out what is to be changed. Nothing is changed.</summary>
    /// <exception cref="DrException">
    /// <c>ArchivingUnprepared</c>, with the reason of each node; <c>StanzaMissing</c> and the others of <see cref="PgBackRest.PgBackRestClient.ReadAsync"/>; <c>SectionMissing</c>, those of
    /// <see cref="FindPrimary"/>.
    /// </exception>
    public static async Task<EnableWalArchiving> PrepareAsync(DeploymentSession deployment, ArchivingRequest request, CancellationToken cancellation)
    {
        var target = new ArchivingTarget(deployment.PgBackRest.Stanza, request.ArchiveTimeout);
        var members = new List<PreparedMember>();
        var failures = new List<DrException>();
        await foreach (var outcome in deployment.Patroni.Nodes.ForEachAsync((node, token) => PreparedMember.ReadAsync(deployment, node, target, token), NodeFanOut.DefaultThrottleLimit, cancellation).ConfigureAwait(false))
        {
            if (outcome.Failure is { } failure)
            {
                failures.Add(failure);
            }
            else
            {
                members.Add(outcome.Value!);
            }
        }

        if (failures.Count > 0)
        {
            throw ArchivingUnprepared(failures);
        }

        var primary = await FindPrimary.RunAsync(deployment, cancellation).ConfigureAwait(false);
        await RequireStanzaAsync(deployment, primary.Node, request.TimeLimit, cancellation).ConfigureAwait(false);
        var configuration = await deployment.Patroni.GetConfigurationAsync(primary.Node, cancellation).ConfigureAwait(false);
        var cluster = await deployment.Patroni.GetClusterAsync(cancellation).ConfigureAwait(false);
        return new EnableWalArchiving(
            deployment,
            request,
            target,
            primary.Node,
            members,
            DynamicArchiving.Of(configuration, target),
            [.. cluster.Members.Where(member => member.PendingRestart).Select(member => member.Name)]);
    }

    /// <summary>What would be done, as a person reads it: a line a change, secrets left out.</summary>
    public string Describe()
    {
        var lines = new List<string> { $"Turn WAL archiving on: cluster {Scope}, stanza {Target.Stanza}" };
        if (_dynamic.Changes.Count > 0)
        {
            lines.AddRange([$"  dynamic configuration: PATCH /config through {Leader.Name} with {_dynamic.Patch!.ToJsonString(s_readable)}", .. _dynamic.Changes.Select(change => $"    {change}")]);
        }

        foreach (var member in _members.Where(member => member.Wanted.Changes.Count > 0))
        {
            lines.AddRange([$"  {member.Node.Name}: {member.File.Path}, then reload Patroni", .. member.Wanted.Changes.Select(change => $"    {change}")]);
        }

        lines.Add(Request.Restart
            ? $"  restart PostgreSQL where a setting waits for it: replicas first, {Leader.Name} {(Request.Switchover ? "after it has handed the lead over" : "last")}{Waiting}"
            : $"  no restart: a setting that needs one waits (-Restart){Waiting}");
        lines.Add("  close a WAL segment and see that it arrives in the repository");
        return string.Join('\n', lines);
    }

    /// <summary>What there is where nothing is to be changed.</summary>
    public async Task<PgWalArchiving> ReportAsync(CancellationToken cancellation)
    {
        var archiver = await _deployment.Postgres.GetArchiverAsync(Leader, cancellation).ConfigureAwait(false);
        return new PgWalArchiving
        {
            Scope = Scope,
            Stanza = Target.Stanza,
            Leader = Leader.Name,
            Nodes = [.. _members.Select(member => Told(member, null, false, _pending))],
            ArchivedWal = archiver.LastArchivedWal,
            ArchivedAt = archiver.LastArchivedTime,
        };
    }

    /// <summary>Changes what is to be changed, restarts what is to be restarted, and proves that a segment arrives.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="messages">Is told each thing that was done.</param>
    /// <param name="cancellation">Ends it between two steps; what was done stays, and the next run goes on from there.</param>
    /// <exception cref="DrException"><c>RunHoldsNode</c>, <c>PatroniFileChanged</c>: nothing was changed; <c>ArchivingBrokenOff</c>: what was done is told.</exception>
    public async Task<PgWalArchiving> RunAsync(ChangePermit permit, IProgress<OperationProgress>? progress, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var work = await ArchivingWork.BeginAsync(_deployment, this, permit, progress, messages, cancellation).ConfigureAwait(false);
        foreach (var member in _members)
        {
            await member.RequireUnchangedAsync(cancellation).ConfigureAwait(false);
        }

        try
        {
            return await WorkAsync(work, cancellation).ConfigureAwait(false);
        }
        catch (DrException failure) when (work.Done.Count > 0)
        {
            throw ArchivingBrokenOff(failure, work.Done);
        }
    }

    private async Task<PgWalArchiving> WorkAsync(ArchivingWork work, CancellationToken cancellation)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var member in _members.Where(member => member.Wanted.Changes.Count > 0))
        {
            kept[member.Node.Name] = await work.WriteAsync(member, cancellation).ConfigureAwait(false);
        }

        if (_dynamic.Patch is { } patch)
        {
            await work.PatchAsync(patch, cancellation).ConfigureAwait(false);
        }

        foreach (var member in _members.Where(member => member.Wanted.Changes.Count > 0))
        {
            await work.ReloadAsync(member.Node, cancellation).ConfigureAwait(false);
        }

        var pending = await work.SettleAsync(cancellation).ConfigureAwait(false);
        var restarted = Request.Restart ? await work.RestartAsync(pending, cancellation).ConfigureAwait(false) : [];
        pending = Request.Restart ? await work.SettleAsync(cancellation).ConfigureAwait(false) : pending;
        var (leader, segment, archivedAt) = await work.ProveAsync(cancellation).ConfigureAwait(false);
        return new PgWalArchiving
        {
            Scope = Scope,
            Stanza = Target.Stanza,
            Leader = leader,
            Configuration = _dynamic.Changes,
            Nodes = [.. _members.Select(member => Told(member, kept.GetValueOrDefault(member.Node.Name), restarted.Contains(member.Node.Name), pending))],
            ArchivedWal = segment,
            ArchivedAt = archivedAt,
        };
    }

    private string Waiting => _pending.Count == 0 ? "" : $"; waiting already: {string.Join(", ", _pending)}";

    private static PgWalArchivingNode Told(PreparedMember member, string? kept, bool restarted, IReadOnlyList<string> pending) => new()
    {
        Node = member.Node.Name,
        ConfigFile = member.File.Path,
        Changes = member.Wanted.Changes,
        KeptAs = kept,
        Restarted = restarted,
        PendingRestart = pending.Contains(member.Node.Name),
        AlterSystem = member.AlterSystem,
    };

    // Without one every push fails, and the WAL heaps up on the primary.
    private static async Task RequireStanzaAsync(DeploymentSession deployment, INode leader, TimeSpan timeLimit, CancellationToken cancellation)
    {
        if ((await deployment.PgBackRest.AtMost(timeLimit).ReadAsync(leader, null, cancellation).ConfigureAwait(false)).Failures is [var failure, ..])
        {
            throw RepositoryUnready(failure);
        }
    }

    private static DrException RepositoryUnready(DrException failure) => DrException.Of(
        DrErrorKind.Precondition,
        failure.Node,
        "Looking whether the repository would take WAL",
        $"{failure.Message} Nothing was changed",
        "Make the repository and its stanza first (Initialize-PgBackRestStanza): with archiving on and no stanza, WAL heaps up on the primary.",
        failure);

    private static DrException ArchivingUnprepared(List<DrException> failures) => DrException.Of(
        DrErrorKind.Precondition,
        failures.Count == 1 ? failures[0].Node : null,
        "Preparing to turn WAL archiving on",
        string.Join("; ", failures.Select(failure => failure.Message.TrimEnd('.'))),
        "Nothing was changed on any node: put that right, then run the command again.");

    private static DrException ArchivingBrokenOff(DrException failure, IReadOnlyList<string> done) => DrException.Of(
        failure.Kind is DrErrorKind.Precondition or DrErrorKind.InvalidInput ? DrErrorKind.Remote : failure.Kind,
        failure.Node,
        "Turning WAL archiving on",
        $"{failure.Message.TrimEnd('.')}. Done until then: {string.Join("; ", done)}",
        "Nothing of that needs to be undone: put right what failed, then run the command again, and it goes on from there.",
        failure);
}
