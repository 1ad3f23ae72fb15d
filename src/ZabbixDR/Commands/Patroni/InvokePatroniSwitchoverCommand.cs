using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Patroni;

/// <summary>Hands the lead of the Patroni cluster to another member while both are well.</summary>
/// <remarks>
/// Refuses where no member can take over: one that does not answer or stream, is behind by more than maximum_lag_on_failover, is on another
/// timeline, has the tag nofailover, or in synchronous mode is no synchronous standby. Then Patroni stops the old leader, and nothing is lost. The
/// command returns once PostgreSQL itself says that the new one is the primary and the old one streams from it. Outage is how long no server took
/// writes, at most; it is measured by asking both servers again and again. A run of a runbook on either node refuses it.
/// </remarks>
/// <example>
/// <code>Invoke-PatroniSwitchover</code>
/// <para>Hands the lead to the member that fits best, after asking.</para>
/// </example>
/// <example>
/// <code>Invoke-PatroniSwitchover -Candidate pg-siteB -WhatIf</code>
/// <para>Says whether pg-siteB can take over, and changes nothing.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "PatroniSwitchover", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(PatroniSwitchover))]
public sealed class InvokePatroniSwitchoverCommand : DeploymentCmdlet
{
    /// <summary>The member that shall lead; by default the one that is least behind of those that can.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [ArgumentCompleter(typeof(PatroniMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Candidate { get; set; }

    /// <summary>The longest wait for each of its parts, 5 minutes by default; it grows with what the old leader has to write when it stops.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    [ValidateNotNull]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var switchover = await SwitchPatroniOver.PrepareAsync(Deployment, Candidate, cancellation);
        if (AskToChange($"{switchover.Leader} → {switchover.Candidate}", "Hand the lead over: no server takes writes for some seconds") is not { } permit)
        {
            return;
        }

        using var progress = Progress($"Handing the lead from {switchover.Leader} to {switchover.Candidate}");
        WriteObject(await switchover.RunAsync(permit, TimeLimit, progress, cancellation));
    }
}
