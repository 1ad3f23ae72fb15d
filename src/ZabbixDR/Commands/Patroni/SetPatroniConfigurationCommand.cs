using System.Collections;
using System.Management.Automation;
using System.Text.Json.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Patroni;

/// <summary>Changes Patroni's dynamic configuration, which holds for the whole cluster.</summary>
/// <remarks>
/// Only what differs is written, in one call of the REST interface, and read back; -WhatIf shows each difference. Where all is so already,
/// nothing is written. What Patroni would silently change is refused: a ttl that is shorter than loop_wait + 2 × retry_timeout, values below its
/// least, parameters that are each node's own. A parameter that needs a restart waits for it: Pending of the result says on which members, and
/// Restart-PatroniMember -Pending does it. A run of a runbook on the node refuses the change.
/// </remarks>
/// <example>
/// <code>Set-PatroniConfiguration -FailsafeMode</code>
/// <para>Lets the primary go on when etcd alone is lost.</para>
/// </example>
/// <example>
/// <code>Set-PatroniConfiguration -Parameter @{ archive_timeout = 60; log_min_duration_statement = $null } -WhatIf</code>
/// <para>Shows what setting one parameter of PostgreSQL and taking another out would change.</para>
/// </example>
[Cmdlet(VerbsCommon.Set, "PatroniConfiguration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PatroniConfiguration))]
public sealed class SetPatroniConfigurationCommand : DeploymentCmdlet
{
    /// <summary>How long the leader lock holds without being renewed.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Ttl { get; set; }

    /// <summary>The pause between two looks of a member at the DCS.</summary>
    [Parameter]
    [Duration]
    public TimeSpan LoopWait { get; set; }

    /// <summary>How long an operation on the DCS or PostgreSQL is retried.</summary>
    [Parameter]
    [Duration]
    public TimeSpan RetryTimeout { get; set; }

    /// <summary>How many bytes an asynchronous standby may be behind and still be promoted.</summary>
    [Parameter]
    public long MaximumLagOnFailover { get; set; }

    /// <summary>Whether a commit waits for a standby; Quorum needs Patroni 4.</summary>
    [Parameter]
    public PatroniSynchronousMode SynchronousMode { get; set; }

    /// <summary>Takes no commit while there is no synchronous standby; -SynchronousModeStrict:$false turns it off.</summary>
    [Parameter]
    public SwitchParameter SynchronousModeStrict { get; set; }

    /// <summary>How many synchronous standbys there shall be.</summary>
    [Parameter]
    public int SynchronousNodeCount { get; set; }

    /// <summary>Lets the primary go on without the DCS while it reaches all members; -FailsafeMode:$false turns it off.</summary>
    [Parameter]
    public SwitchParameter FailsafeMode { get; set; }

    /// <summary>PostgreSQL's parameters, by name; $null takes one out.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Parameter { get; set; } = [];

    /// <summary>Any other settings, as the document has them: @{ postgresql = @{ use_slots = $true } }; $null takes one out.</summary>
    [Parameter]
    [ValidateNotNull]
    public Hashtable Setting { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var change = await ConfigurePatroni.PrepareAsync(Deployment, Wished(), cancellation);
        if (change.Changes.Count == 0)
        {
            Say($"Nothing changes: {change.Found.Scope} has all of this already.");
            WriteObject(change.Found);
        }
        else if (AskToChange(change.Found.Scope, $"Change Patroni's dynamic configuration: {string.Join("; ", change.Changes)}") is { } permit)
        {
            WriteObject(await change.RunAsync(permit, cancellation));
        }
    }

    private JsonObject Wished()
    {
        var wished = JsonTable.Read(Setting);
        (string Name, string Key, Func<JsonNode?> Value)[] typed =
        [
            (nameof(Ttl), "ttl", () => Ttl.TotalSeconds), (nameof(LoopWait), "loop_wait", () => LoopWait.TotalSeconds), (nameof(RetryTimeout), "retry_timeout", () => RetryTimeout.TotalSeconds),
            (nameof(MaximumLagOnFailover), "maximum_lag_on_failover", () => MaximumLagOnFailover), (nameof(SynchronousModeStrict), "synchronous_mode_strict", () => SynchronousModeStrict.IsPresent),
            (nameof(SynchronousMode), "synchronous_mode", () => SynchronousMode == PatroniSynchronousMode.Quorum ? "quorum" : SynchronousMode == PatroniSynchronousMode.On),
            (nameof(SynchronousNodeCount), "synchronous_node_count", () => SynchronousNodeCount), (nameof(FailsafeMode), "failsafe_mode", () => FailsafeMode.IsPresent),
        ];
        foreach (var (_, key, value) in typed.Where(one => MyInvocation.BoundParameters.ContainsKey(one.Name)))
        {
            wished[key] = value();
        }

        if (Parameter.Count > 0)
        {
            var postgres = wished["postgresql"] as JsonObject ?? [];
            wished["postgresql"] = postgres;
            postgres["parameters"] = JsonTable.Parameters(Parameter);
        }

        return wished;
    }
}
