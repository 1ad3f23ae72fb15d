using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Gets the etcd snapshots that are kept on the management host and on the nodes with copies.</summary>
/// <remarks>
/// Lists the files that Save-EtcdSnapshot wrote, wherever the topology keeps them, one object a file and the newest first: in
/// etcd.snapshots.directory of this machine, and in etcd.snapshots.nodeDirectory of the nodes of etcd.snapshots.copies. The revision is
/// read from the head of a file of this machine; of a file on a node only its name, size and time are. With -Verify every file is read
/// whole, where it lies, and Status says whether the checksum at its end is right: nothing is sent over the network for that. A node
/// that cannot be asked is an error, and hides no other place.
/// </remarks>
/// <example>
/// <code>Get-EtcdSnapshot</code>
/// <para>Lists all snapshots and copies.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot -Verify | Where-Object Status -ne Valid | Format-List Node, Path, Status, Reason</code>
/// <para>Finds those that must not be restored from.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdSnapshot")]
[OutputType(typeof(EtcdSnapshotFile))]
public sealed class GetEtcdSnapshotCommand : DeploymentCmdlet
{
    /// <summary>Another directory of this machine to look into; by default the topology's etcd.snapshots.directory.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Directory { get; set; }

    /// <summary>Reads every file whole and proves its checksum.</summary>
    [Parameter]
    public SwitchParameter Verify { get; set; }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var folder = Deployment.Etcd.SnapshotDirectory(Directory is null ? null : FileSystemPath(Directory));
        using var progress = Progress("Listing etcd snapshots");
        var (files, failures) = await KeptEtcdSnapshots.ListAsync(Deployment, folder, Verify, progress, cancellation);
        foreach (var failure in failures)
        {
            WriteFailure(failure);
        }

        WriteObject(files, enumerateCollection: true);
    }
}
