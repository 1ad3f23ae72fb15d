using System.Management.Automation;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Pipeline;
using ZabbixDR.Sessions;

namespace ZabbixDR.Commands.Deployment;

/// <summary>Makes a deployment the session's default.</summary>
/// <remarks>
/// Reads the topology file and keeps it for this runspace, so that the other commands need no -Topology. No node is contacted: a
/// site that is gone does not make you wait. All errors of the file are reported at once, each with file, line and column.
/// </remarks>
/// <example>
/// <code>Connect-DrDeployment ./zabbixdr.yaml</code>
/// <para>Connects the session to the deployment that the file describes.</para>
/// </example>
[Cmdlet(VerbsCommunications.Connect, "DrDeployment")]
[OutputType(typeof(DrDeployment))]
public sealed class ConnectDrDeploymentCommand : AsyncCmdlet
{
    /// <summary>The topology file.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var session = DeploymentSession.Open(FileSystemPath(Path));
        var previous = DeploymentStore.Exchange(session);
        foreach (var warning in session.Warnings)
        {
            WriteWarning(warning.ToString());
        }

        WriteObject(session.Describe());
        if (previous is not null)
        {
            await previous.DisposeAsync();
        }
    }
}
