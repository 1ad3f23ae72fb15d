using System.Management.Automation;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Runbooks;

/// <summary>Lists the runs of runbooks, and how each stands.</summary>
/// <remarks>
/// Reads the journals of this machine's user and those that the nodes keep, and puts them together: a run that was begun on another
/// management host is seen too, as long as a node that keeps its journal answers. Steps holds each step with what was seen.
/// </remarks>
/// <example>
/// <code>Get-DrRun</code>
/// <para>Lists all runs of the deployment, the newest first.</para>
/// </example>
/// <example>
/// <code>(Get-DrRun 20261122T031500Z-1f3a).Steps</code>
/// <para>Shows the steps of one run.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "DrRun")]
[OutputType(typeof(DrRun))]
public sealed class GetDrRunCommand : DeploymentCmdlet
{
    /// <summary>Ids of runs. Wildcards are permitted; all by default.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Id { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var (runs, failures) = await RunControl.ListAsync(Deployment, cancellation);
        foreach (var failure in failures)
        {
            WriteFailure(failure);
        }

        var patterns = Id.Select(id => WildcardPattern.Get(id, WildcardOptions.IgnoreCase)).ToList();
        foreach (var run in runs.Where(run => patterns.Exists(pattern => pattern.IsMatch(run.Id))))
        {
            WriteObject(run);
        }
    }
}
