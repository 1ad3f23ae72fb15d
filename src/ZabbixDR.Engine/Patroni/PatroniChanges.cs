using System.Text.Json.Nodes;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Patroni;

/// <summary>
/// What can be changed through one member's REST interface, given out against a permit. Every member throws <see cref="DrException"/>: what
/// Patroni's refusal means (<see cref="PatroniRefusals"/>), <c>PatroniAnswerLost</c> where it is not known whether it was done,
/// <c>PatroniUnreachable</c>, <c>PatroniTimedOut</c>, <c>PatroniCertificateRefused</c>, and those of <see cref="INode"/>.
/// </summary>
public sealed class PatroniChanges
{
    // A write to the DCS, which Patroni retries for its retry_timeout, 10 s by default.
    private static readonly TimeSpan WriteLimit = TimeSpan.FromSeconds(30);
    private readonly PatroniRest _rest;
    private readonly ChangePermit _permit;

    internal PatroniChanges(PatroniRest rest, ChangePermit permit)
    {
        _rest = rest;
        _permit = permit;
    }

    /// <summary>The node whose Patroni is asked.</summary>
    public INode Node => _rest.Node;

    /// <summary>Changes the dynamic configuration, which is the whole cluster's: a null takes a key out, a mapping is merged.</summary>
    /// <returns>The configuration as it is now.</returns>
    public async Task<JsonObject> PatchConfigurationAsync(JsonObject patch, CancellationToken cancellation)
    {
        var call = new PatroniCall(HttpMethod.Patch, "config", "Changing Patroni's dynamic configuration", patch, WriteLimit);
        var answer = await RequireAsync(call, cancellation).ConfigureAwait(false);
        return PatroniJson.Object(answer.Text) ?? throw PatroniRefusals.From(Node, call, answer);
    }

    /// <summary>Has the member read its patroni.yml again, which it does within its next loop.</summary>
    public Task ReloadAsync(CancellationToken cancellation) =>
        RequireAsync(new PatroniCall(HttpMethod.Post, "reload", "Reloading Patroni", null, WriteLimit), cancellation);

    /// <summary>Restarts PostgreSQL on the member and returns once it runs again.</summary>
    /// <param name="onlyPending">Whether only where a setting waits for it.</param>
    /// <param name="timeLimit">The longest wait. It grows with what the checkpoint of the stop has to write, and with what is recovered at the start.</param>
    /// <param name="cancellation">Ends the wait; the restart goes on.</param>
    /// <returns>False where nothing waited for a restart.</returns>
    public async Task<bool> RestartAsync(bool onlyPending, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var call = new PatroniCall(HttpMethod.Post, "restart", "Restarting PostgreSQL through Patroni", onlyPending ? new JsonObject { ["restart_pending"] = true } : [], timeLimit);
        var answer = await _rest.SendAsync(call, _permit, cancellation).ConfigureAwait(false);
        return answer switch
        {
            { IsYes: true } => true,
            { Status: 503, Text: "restart conditions are not satisfied" } when onlyPending => false,
            _ => throw PatroniRefusals.From(Node, call, answer),
        };
    }

    /// <summary>Has the replica thrown away and made anew by the methods of its patroni.yml. Patroni answers as soon as it begins.</summary>
    /// <param name="force">Whether what Patroni is doing there already is broken off for it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public Task ReinitializeAsync(bool force, CancellationToken cancellation) =>
        RequireAsync(new PatroniCall(HttpMethod.Post, "reinitialize", "Making the replica anew through Patroni", new JsonObject { ["force"] = force }, WriteLimit), cancellation);

    /// <summary>Hands the lead over and returns once another member has the leader key.</summary>
    /// <param name="leader">The member that leads.</param>
    /// <param name="candidate">The member that shall lead.</param>
    /// <param name="timeLimit">The longest wait. Patroni's own is twice loop_wait, or 20 s.</param>
    /// <param name="cancellation">Ends the wait; the switchover goes on.</param>
    public Task SwitchoverAsync(string leader, string candidate, TimeSpan timeLimit, CancellationToken cancellation) => RequireAsync(
        new PatroniCall(HttpMethod.Post, "switchover", $"Handing the lead from {leader} to {candidate} through Patroni", new JsonObject { ["leader"] = leader, ["candidate"] = candidate }, timeLimit),
        cancellation);

    /// <summary>Gives the lead to a member where none has it, whatever Patroni would say of its health, and returns once it has the leader key.</summary>
    /// <param name="candidate">The member that shall lead.</param>
    /// <param name="timeLimit">The longest wait. Patroni's own is twice loop_wait, or 20 s.</param>
    /// <param name="cancellation">Ends the wait; the failover goes on.</param>
    public Task FailoverAsync(string candidate, TimeSpan timeLimit, CancellationToken cancellation) => RequireAsync(
        new PatroniCall(HttpMethod.Post, "failover", $"Giving the lead to {candidate} through Patroni", new JsonObject { ["candidate"] = candidate }, timeLimit),
        cancellation);

    /// <summary>Takes a scheduled switchover back.</summary>
    /// <returns>False where none was scheduled.</returns>
    public async Task<bool> CancelSwitchoverAsync(CancellationToken cancellation)
    {
        var call = new PatroniCall(HttpMethod.Delete, "switchover", "Taking a scheduled switchover back", null, WriteLimit);
        var answer = await _rest.SendAsync(call, _permit, cancellation).ConfigureAwait(false);
        return answer.IsYes || (answer.Status == 404 ? false : throw PatroniRefusals.From(Node, call, answer));
    }

    private async Task<PatroniAnswer> RequireAsync(PatroniCall call, CancellationToken cancellation)
    {
        var answer = await _rest.SendAsync(call, _permit, cancellation).ConfigureAwait(false);
        return answer.IsYes ? answer : throw PatroniRefusals.From(Node, call, answer);
    }
}
