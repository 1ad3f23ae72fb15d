using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Readiness;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Deployment;

/// <summary>Tests whether the nodes let the work be done: reached, the right machine, clock, programs, room, rights.</summary>
/// <remarks>
/// Each check gives an object with its stable id, what was demanded, what was found and what to do. A node that cannot be reached has
/// one Fail, and its other checks are Skipped. Clocks are compared with this machine's. Nothing is changed.
/// </remarks>
/// <example>
/// <code>Test-DrNode | Where-Object Status -notin Pass, Skipped | Format-List Id, Node, Reason, Remediation</code>
/// <para>Says what is wrong with the nodes and what to do about it.</para>
/// </example>
/// <example>
/// <code>Test-DrNode pg-* -Profile Observe -MinFreePercent 25</code>
/// <para>Tests the PostgreSQL nodes for a user who only looks, and demands a quarter of each file system free.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "DrNode")]
[OutputType(typeof(ReadinessCheck))]
public sealed class TestDrNodeCommand : DeploymentCmdlet
{
    /// <summary>The names of the nodes; all by default. Wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>The rights that the login user should have; both profiles by default. Without Operate's, backups and recovery are for another user: a Warn.</summary>
    [Parameter]
    public DrRightsProfile[] Profile { get; set; } = [DrRightsProfile.Observe, DrRightsProfile.Operate];

    /// <summary>The most that a node's clock may differ from this machine's; 1 second by default, where etcd begins to complain.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MaxClockSkew { get; set; } = NodeThresholds.DefaultClockSkew;

    /// <summary>The least of each file system that must be free, in percent; 10 by default.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MinFreePercent { get; set; } = NodeThresholds.DefaultFreePercent;

    /// <summary>How many nodes are asked at once; 16 by default.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = NodeFanOut.DefaultThrottleLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var thresholds = new NodeThresholds { ClockSkew = MaxClockSkew, FreePercent = MinFreePercent };
        await foreach (var check in NodeReadiness.RunAsync(Deployment, Deployment.Nodes.Matching(Name), Profile, thresholds, ThrottleLimit, cancellation))
        {
            WriteObject(check);
        }
    }
}
