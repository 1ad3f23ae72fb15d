using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Tests whether the etcd members do their work.</summary>
/// <remarks>
/// Asks every member at once for its status, logs in, and has it do a linearizable read, which it can only with a quorum. A
/// member that does not answer costs its own time (access.connectTimeout in the topology file, 10 s by default, and 5 s for an
/// answer) and is shown as Unreachable; one whose certificate or our password is not accepted, as Refused; one without a
/// leader or with an alarm, as Unhealthy. Each says why in Reason. Quota comes from the member's /metrics, where they are served on
/// the client port; Latency is the linearizable read's alone.
/// </remarks>
/// <example>
/// <code>Test-EtcdEndpoint</code>
/// <para>Tests all members.</para>
/// </example>
/// <example>
/// <code>Test-EtcdEndpoint | Where-Object State -ne Healthy | Format-List Name, State, Reason</code>
/// <para>Says what is wrong with members, and what to do.</para>
/// </example>
/// <example>
/// <code>Test-EtcdEndpoint | Where-Object CertificateExpiresAt -lt (Get-Date).AddDays(30)</code>
/// <para>Finds the members whose server certificate must be renewed within a month.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdEndpoint")]
[OutputType(typeof(EtcdEndpoint))]
public sealed class TestEtcdEndpointCommand : DeploymentCmdlet
{
    /// <summary>The names of the members; all by default. Wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(EtcdMemberCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>How many members are asked at once; 16 by default.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = NodeFanOut.DefaultThrottleLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var etcd = Deployment.Etcd;

        // A node that is named without wildcards and is no member is left to the engine to refuse.
        var members = Deployment.Nodes.Matching(Name)
            .Where(node => node.Definition.Roles.Contains(NodeRole.Etcd) || Name.Contains(node.Name, StringComparer.OrdinalIgnoreCase));
        await foreach (var outcome in members.ForEachAsync((node, stop) => etcd.LookAsync(node.Name, stop), ThrottleLimit, cancellation))
        {
            // Whatever a member does is an answer: what fails here is a file or a secret of this machine, for all of them.
            WriteObject(outcome.Failure is null ? outcome.Value : throw outcome.Failure);
        }
    }
}
