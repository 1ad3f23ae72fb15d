using System.Management.Automation;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Sessions;

namespace ZabbixDR.Pipeline;

/// <summary>A cmdlet that works on a deployment: the session's, or the one that <c>-Topology</c> names.</summary>
public abstract class DeploymentCmdlet : AsyncCmdlet
{
    private DeploymentSession? _own;

    /// <summary>A topology file to work on instead of the deployment that the session is connected to.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Topology { get; set; }

    /// <summary>The deployment.</summary>
    /// <exception cref="DrException"><c>NotConnected</c>, and those of reading the topology.</exception>
    protected DeploymentSession Deployment => Topology is null
        ? DeploymentStore.Current ?? throw NotConnected()
        : _own ??= DeploymentSession.Open(FileSystemPath(Topology), Login.With(null, acceptNewHostKey: false));

    /// <inheritdoc/>
    protected sealed override IEnumerable<string> Notices() => (Topology is null ? DeploymentStore.Current : _own)?.Notices.Take() ?? [];

    /// <inheritdoc/>
    protected override async Task CleanAsync()
    {
        if (_own is not null)
        {
            await _own.DisposeAsync();
        }
    }

    private static DrException NotConnected() => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Finding the deployment",
        "this session is not connected to one",
        "Run Connect-DrDeployment with the topology file first, or give -Topology.");
}
