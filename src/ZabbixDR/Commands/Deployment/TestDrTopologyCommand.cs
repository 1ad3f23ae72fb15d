using System.Management.Automation;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Deployment;

/// <summary>Compares the topology file with what is there.</summary>
/// <remarks>
/// Every node is asked which of the services run, what its patroni.yml and pgbackrest.conf say, and which version its data directory has;
/// Patroni and etcd are asked for their members. Each fact gives an object with its stable id, the file's key, what was expected and what
/// was found. A node that cannot be reached is one Error and hides nothing of the others. Nothing is changed, and no password is shown.
/// </remarks>
/// <example>
/// <code>Test-DrTopology | Where-Object Status -ne Pass | Format-List Id, Node, Key, Reason, Remediation</code>
/// <para>Says where file and reality differ.</para>
/// </example>
/// <example>
/// <code>New-DrTopology ./zabbixdr.yaml -FromNode 10.1.0.11 | ForEach-Object { Test-DrTopology -Topology $_.Path }</code>
/// <para>Discovers a deployment, and looks at all of its nodes.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "DrTopology")]
[OutputType(typeof(TopologyCheck))]
public sealed class TestDrTopologyCommand : DeploymentCmdlet
{
    /// <summary>How many nodes are asked at once; 16 by default.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = NodeFanOut.DefaultThrottleLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        await foreach (var check in CompareTopology.RunAsync(Deployment, ThrottleLimit, cancellation))
        {
            WriteObject(check);
        }
    }
}
