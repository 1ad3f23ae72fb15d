using System.Text.Json;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Waits until Patroni has a leader again, where it may promote one of the servers that answer. Where it may promote none, it says so, and that
/// is the end of this runbook: what is promoted against Patroni's word may lack commits.
/// </summary>
internal sealed class PatroniLeadsStep : IStepWork
{
    public const string Kind = "patroni-leads";
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);
    private static readonly string[] s_namedIn = ["leader", "sync_standby"];
    private readonly DeploymentSession _deployment;
    private readonly string _survivor;
    private readonly string _sync;
    private readonly string[] _candidates;
    private string? _refused;

    public PatroniLeadsStep(DrPlanStep step, DeploymentSession deployment)
    {
        _deployment = deployment;
        _survivor = step.Arguments["survivor"];
        _sync = step.Arguments["sync"];
        _candidates = step.Arguments["candidates"].Split(',', StringSplitOptions.RemoveEmptyEntries);
    }

    public static DrPlanStep Plan(string survivor, string prefix, IEnumerable<string> candidates) => new()
    {
        Id = "patroni-leads",
        Kind = Kind,
        What = "Wait until Patroni has a leader, where it may promote one",
        Why = "It decides by itself, by what it last wrote of who is synchronous. This runbook promotes nothing.",
        Commands = [$"(etcd) read {prefix}/sync", "(Patroni) GET /patroni on each node that answers"],
        Idempotent = true,
        Proof = "Patroni calls one of them a running primary; or none of them is named in /sync, which is told as a warning.",
        Undo = "Nothing is changed by it.",
        TimeLimit = TimeSpan.FromMinutes(5),
        Arguments = new Dictionary<string, string> { ["survivor"] = survivor, ["sync"] = $"{prefix}/sync", ["candidates"] = string.Join(',', candidates) },
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var found = await Task.WhenAll(_candidates.Select(async name =>
            (Name: name, (await DrException.TryAsync(() => _deployment.Patroni.GetStatusAsync(_deployment.Nodes.Get(name), cancellation)).ConfigureAwait(false)).Value))).ConfigureAwait(false);
        return Array.Find(found, one => one.Value is { IsRunningPrimary: true }).Name is { } leader ? StepLook.Done($"{leader} leads")
            : _refused is not null ? StepLook.Done(_refused)
            : StepLook.NotDone(string.Join(", ", found.Select(one => $"{one.Name} {one.Value?.RoleWord ?? "does not answer"}")));
    }

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var sync = await _deployment.Etcd.WithAsync(_survivor, connection => EtcdKeys.ReadAsync(connection, _sync, cancellation), cancellation).ConfigureAwait(false);
        if (Named(sync) is { Count: > 0 } named && !_candidates.Any(named.Contains))
        {
            _refused = $"Patroni will promote none of {(_candidates.Length == 0 ? "the servers, since none answers" : string.Join(", ", _candidates))}: /sync names {string.Join(", ", named)}, and who is not named there may lack commits.";
            messages?.Report(new OperationMessage(IsWarning: true, _refused));
            return;
        }

        while (!(await LookAsync(cancellation).ConfigureAwait(false)).IsDone)
        {
            await Task.Delay(s_pause, cancellation).ConfigureAwait(false);
        }
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
}
