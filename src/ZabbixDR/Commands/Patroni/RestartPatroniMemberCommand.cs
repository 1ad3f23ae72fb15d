using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Patroni;

/// <summary>Restarts PostgreSQL on members of the Patroni cluster, one after the other.</summary>
/// <remarks>
/// The restart goes through Patroni, which does not take it for a failure. Of several members the replicas come first and the leader
/// last; each is waited for until it runs again, a replica until it streams, and where one does not come back the leader is left alone. The leader
/// is restarted only with -IncludeLeader: no server takes writes meanwhile. A run of a runbook on the node refuses it.
/// </remarks>
/// <example>
/// <code>(Get-PatroniCluster).Members | Restart-PatroniMember -Pending -IncludeLeader</code>
/// <para>Restarts every member on which a setting waits for it, replicas first, the leader last.</para>
/// </example>
/// <example>
/// <code>Restart-PatroniMember pg-siteB -WhatIf</code>
/// <para>Says what would be restarted.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Restart, "PatroniMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(PatroniRestart))]
public sealed class RestartPatroniMemberCommand : DeploymentCmdlet
{
    private readonly List<string> _names = [];

    /// <summary>The member.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PatroniMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = [];

    /// <summary>Restarts only where a setting waits for it; the others are told and left.</summary>
    [Parameter]
    public SwitchParameter Pending { get; set; }

    /// <summary>Restarts the leader too, which interrupts service.</summary>
    [Parameter]
    public SwitchParameter IncludeLeader { get; set; }

    /// <summary>The longest wait for each member, 10 minutes by default; it grows with what the shutdown has to write and the start to replay.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    [ValidateNotNull]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(10);

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellation)
    {
        _names.AddRange(Name);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var cluster = await Deployment.Patroni.GetClusterAsync(cancellation);
        var failed = false;
        foreach (var restart in _names.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => Prepared(cluster, name)).OfType<RestartPatroniMember>().OrderBy(restart => restart.Leads).ToList())
        {
            try
            {
                if (restart.Leads && failed)
                {
                    throw restart.LeaderKept();
                }

                if (await RestartedAsync(restart, cancellation) is { } done)
                {
                    WriteObject(done);
                }
            }
            catch (DrException failure)
            {
                failed = true;
                WriteFailure(failure);
            }
        }
    }

    private RestartPatroniMember? Prepared(PatroniCluster cluster, string name)
    {
        try
        {
            return RestartPatroniMember.Of(Deployment, cluster, name, IncludeLeader);
        }
        catch (DrException failure)
        {
            WriteFailure(failure);
            return null;
        }
    }

    private async Task<PatroniRestart?> RestartedAsync(RestartPatroniMember restart, CancellationToken cancellation)
    {
        if (Pending && !restart.Member.PendingRestart)
        {
            return restart.Unneeded();
        }

        if (AskToChange(restart.Member.Name, restart.Leads ? "Restart PostgreSQL on the LEADER: no server takes writes meanwhile" : "Restart PostgreSQL on the replica") is not { } permit)
        {
            return null;
        }

        using var progress = Progress($"Restarting PostgreSQL on {restart.Member.Name}");
        return await restart.RunAsync(permit, Pending, TimeLimit, progress, cancellation);
    }
}
