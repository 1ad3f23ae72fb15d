using System.Text.Json;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Waits until Patroni has a leader again, where it may promote one of the servers that answer, and commits there. Where it may promote none, it
/// says so, and that is the end of this runbook: what is promoted against Patroni's word may lack commits.
/// </summary>
internal sealed class PatroniLeadsStep : IStepWork
{
    public const string Kind = "patroni-leads";

    // Patroni follows etcd's return within its loop_wait, 10 s by default, and promotes once the leader key's ttl, 30 s by default, is over.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private static readonly string[] s_namedIn = ["leader", "sync_standby"];
    private readonly DrPlanStep _step;
    private readonly DeploymentSession _deployment;
    private readonly RunNodes _nodes;
    private string? _end;

    public PatroniLeadsStep(DrPlanStep step, DeploymentSession deployment, RunNodes nodes)
    {
        _step = step;
        _deployment = deployment;
        _nodes = nodes;
    }

    public static DrPlanStep Plan(string voter, string syncKey, PostgresSettings postgres, string run)
    {
        var write = ProveWriteStep.Arguments(postgres, run);
        return new()
        {
            Id = Kind,
            Kind = Kind,
            What = "Wait until Patroni has a leader, where it may promote one, and commit there",
            Why = "It decides by itself, by what it last wrote of who is synchronous. This runbook promotes nothing.",
            Commands = [$"(etcd) read {syncKey}", "(Patroni) GET /patroni on each node", $"(on the leader) {Psql.Command(postgres.User, write)}"],
            Idempotent = true,
            Proof = "psql on the one that Patroni calls a running primary prints the position of the commit; or no server that answers is named in /sync, which is told as a warning.",
            Undo = "It leaves nothing but a message in the WAL.",
            TimeLimit = s_limit,
            Arguments = new Dictionary<string, string> { ["voter"] = voter, ["sync"] = syncKey, ["user"] = postgres.User, ["write"] = string.Join('\n', write) },
        };
    }

    public Task<StepLook> LookAsync(CancellationToken cancellation) =>
        Task.FromResult(_end is null ? StepLook.NotDone("nothing was committed yet") : StepLook.Done(_end));

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var sync = await _deployment.Etcd.WithAsync(
            _step.Arguments["voter"], connection => EtcdKeys.ReadAsync(connection, _step.Arguments["sync"], linearizable: true, cancellation), cancellation).ConfigureAwait(false);
        var named = Named(sync);
        while (true)
        {
            var servers = await AskAsync(cancellation).ConfigureAwait(false);
            if (servers.Find(server => server.Status.IsRunningPrimary) is { } leader)
            {
                _end = await CommitAsync(leader.Node, messages, cancellation).ConfigureAwait(false);
                return;
            }

            if (named.Count > 0 && !servers.Exists(server => named.Contains(server.Status.Name ?? server.Node)))
            {
                _end = $"Patroni will promote none of {string.Join(", ", servers.Select(server => server.Node).DefaultIfEmpty("the servers, since none answers"))}: /sync names {string.Join(", ", named)}, and who is not named there may lack commits.";
                messages?.Report(new OperationMessage(IsWarning: true, _end));
                return;
            }

            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<List<Server>> AskAsync(CancellationToken cancellation)
    {
        var answers = await Task.WhenAll(_deployment.Nodes.With(NodeRole.Postgres).Select(async node =>
            (node.Name, (await DrException.TryAsync(() => _deployment.Patroni.GetStatusAsync(node, cancellation)).ConfigureAwait(false)).Value))).ConfigureAwait(false);
        return [.. answers.Where(answer => answer.Value is not null).Select(answer => new Server(answer.Name, answer.Value!))];
    }

    private async Task<string> CommitAsync(string leader, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        if (!_nodes.IsReached(leader))
        {
            var unproven = $"{leader} leads; no commit was tried there, since the node could not be reached when the run began.";
            messages?.Report(new OperationMessage(IsWarning: true, unproven));
            return unproven;
        }

        var write = Psql.Command(_step.Arguments["user"], _step.Arguments["write"].Split('\n')) with { TimeLimit = s_limit };
        var position = (await _nodes.Change(leader).RunAsync(write, cancellation).ConfigureAwait(false)).Output.Trim();
        return $"{leader} leads, committed at {position}";
    }

    // {"leader":"pg-1","sync_standby":"pg-2,pg-3"}; without synchronous mode there is none, or it names nobody.
    private static HashSet<string> Named(string? sync)
    {
        if (sync is null)
        {
            return [];
        }

        using var document = JsonDocument.Parse(sync);
        return [.. s_namedIn
            .Select(name => document.RootElement.TryGetProperty(name, out var value) ? value.GetString() : null)
            .OfType<string>()
            .SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))];
    }

    /// <summary>A server that answers, and what its Patroni says of it.</summary>
    private sealed record Server(string Node, PatroniStatus Status);
}
