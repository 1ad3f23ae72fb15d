using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Patroni;

/// <summary>Throws a replica's data away and has Patroni make it anew.</summary>
/// <remarks>
/// Patroni makes it by the methods of its patroni.yml, in their order (postgresql.create_replica_methods); Method of the result says which one
/// did it. The leader is refused, and so is every member while there is no leader. With -Wait the command returns once the replica streams. After a
/// restore to a point in time take a full backup first: a replica made from an older one cannot follow. A run of a runbook on the node refuses it.
/// </remarks>
/// <example>
/// <code>Reset-PatroniMember pg-siteB -Wait</code>
/// <para>Makes pg-siteB anew and waits until it streams.</para>
/// </example>
/// <example>
/// <code>(Get-PatroniCluster).Members | Where-Object State -eq StartFailed | Reset-PatroniMember -Wait -TimeLimit 4h</code>
/// <para>Makes the members anew whose PostgreSQL does not start.</para>
/// </example>
[Cmdlet(VerbsCommon.Reset, "PatroniMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(PatroniReset))]
public sealed class ResetPatroniMemberCommand : DeploymentCmdlet
{
    /// <summary>The member, a replica.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(PatroniMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>Waits until it streams.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>The longest wait, 2 hours by default; it grows with the database.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    [ValidateNotNull]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromHours(2);

    /// <summary>Breaks off what Patroni is doing there already, such as an earlier reset.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var reset = ResetPatroniMember.Of(Deployment, await Deployment.Patroni.GetClusterAsync(cancellation), Name);
        if (AskToChange(reset.Member.Name, "Throw the replica's data away and make it anew") is not { } permit)
        {
            return;
        }

        using var progress = Progress($"Making {reset.Member.Name} anew");
        WriteObject(await reset.RunAsync(permit, Force, Wait ? TimeLimit : null, progress, cancellation));
    }
}
