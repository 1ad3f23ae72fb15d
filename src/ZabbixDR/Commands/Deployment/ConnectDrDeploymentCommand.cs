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
/// <example>
/// <code>Connect-DrDeployment ./zabbixdr.yaml -AcceptNewHostKey; Get-DrNode</code>
/// <para>Meets the hosts for the first time: their keys are recorded, and shown to be compared.</para>
/// </example>
/// <example>
/// <code>Connect-DrDeployment ./zabbixdr.yaml -Credential operator</code>
/// <para>Asks for the password of operator, and logs in with it where no key is accepted.</para>
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

    /// <summary>
    /// A user and password to log in with on every node, and on jump hosts for which ssh_config names no other user. The user goes
    /// before the topology's; the password is tried after all keys, where the server asks for one.
    /// </summary>
    [Parameter]
    [Credential]
    [ValidateNotNull]
    public PSCredential? Credential { get; set; }

    /// <summary>
    /// For as long as this session is connected, trusts a host that no file of known hosts names yet: its key is added to the first of
    /// those files, and told as a warning with its fingerprint. A key that has changed or is revoked is refused all the same.
    /// </summary>
    [Parameter]
    public SwitchParameter AcceptNewHostKey { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var session = DeploymentSession.Open(FileSystemPath(Path), Login.With(Credential, AcceptNewHostKey));
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
