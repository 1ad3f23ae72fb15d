using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Compares pgBackRest's configuration on the nodes with the topology, and the nodes with each other.</summary>
/// <remarks>
/// Judges owner and mode of the file, each option that the topology decides, options that are set twice, files in conf.d, options that the
/// installed version does not know, and what differs between the nodes. Secrets are blotted out on the node before anything is sent;
/// whether they are those of the topology is told only where the login user may read the file, and Skipped elsewhere. Nothing is changed.
/// </remarks>
/// <example>
/// <code>Test-PgBackRestConfiguration | Where-Object Status -notin Pass, Skipped | Format-List Id, Node, Expected, Actual, Remediation</code>
/// <para>Says what drifted, where, and what to do.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "PgBackRestConfiguration")]
[OutputType(typeof(TopologyCheck))]
public sealed class TestPgBackRestConfigurationCommand : DeploymentCmdlet
{
    /// <summary>The names of the nodes; all with role postgres and all hosts of repositories by default. Wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>How many nodes are asked at once; 16 by default.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = NodeFanOut.DefaultThrottleLimit;

    /// <summary>The longest that one question to pgBackRest may take; 1 minute by default. An object store that is silent is told of after three quarters of one, with its repository's number.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = PgBackRestClient.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var nodes = InstallPgBackRestConfiguration.NodesOf(Deployment).Intersect(Deployment.Nodes.Matching(Name));
        WriteObject(await ComparePgBackRestConfiguration.RunAsync(Deployment, nodes, ThrottleLimit, TimeLimit, cancellation), enumerateCollection: true);
    }
}
