using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Gets the spans of time to any moment of which the cluster can be restored.</summary>
/// <remarks>
/// A span begins where a set had surely stopped and goes as far as WAL follows without a gap, along one way through the timelines: a branch that
/// a point-in-time recovery left is a span of its own. A hole ends one; the next begins with the next set. The upper edge is the last commit in
/// the archived WAL, not the end of the last segment, since PostgreSQL stops a recovery only at a commit or abort that is later than its
/// target: it is read out of the WAL itself, which pgBackRest hands out without a file on the node. Where that cannot be done, UpperEdgeIs says
/// Bound, and WhyBound why. What retention takes away next is told, as the topology's pgbackrest.retention.full has it. Nothing is changed.
/// </remarks>
/// <example>
/// <code>Get-PgRecoveryWindow</code>
/// <para>Lists the spans of all repositories.</para>
/// </example>
/// <example>
/// <code>Get-PgRecoveryWindow | Where-Object IsCurrent | Format-List From, UpperEdge, UpperEdgeIs, Sets, NextToExpire, ExpiresWhen, FromAfterExpiry</code>
/// <para>Shows the span that is still growing, and what of it goes next.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "PgRecoveryWindow")]
[OutputType(typeof(PgRecoveryWindow))]
public sealed class GetPgRecoveryWindowCommand : DeploymentCmdlet
{
    /// <summary>Only the repository with this number.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The longest that listing one repository may take; 5 minutes by default. It grows with the number of files.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = TimeSpan.FromMinutes(5);

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var read = await ReadRecoveryWindows.RunAsync(Deployment, Repository, TimeLimit, cancellation);
        WriteObject(read.Windows, enumerateCollection: true);
        foreach (var failure in read.Failures)
        {
            WriteFailure(failure);
        }
    }
}
