using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Saves a snapshot of etcd's key space to a file on this machine.</summary>
/// <remarks>
/// Streams the database of one member over TLS and hashes it on the way. The file, readable by its owner alone, appears under its
/// final name only once it is whole, its SHA-256 is the one that the member sent, and it is on disk; after a failure or Ctrl+C
/// nothing is left. By default the healthy member with the highest revision gives the snapshot, and not the leader where
/// another is as fresh. That there is room for the member's database is checked before anything is sent.
///
/// A snapshot that stays on one machine is lost with it: copy it to both sites.
/// </remarks>
/// <example>
/// <code>Save-EtcdSnapshot | Test-EtcdSnapshot</code>
/// <para>Saves a snapshot into the directory that the topology file names, and checks the file anew.</para>
/// </example>
/// <example>
/// <code>Save-EtcdSnapshot -Endpoint etcd-2 -Destination /mnt/rescue</code>
/// <para>Takes the snapshot from etcd-2, whatever its health, and saves it into another directory.</para>
/// </example>
[Cmdlet(VerbsData.Save, "EtcdSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(EtcdSnapshot))]
public sealed class SaveEtcdSnapshotCommand : DeploymentCmdlet
{
    /// <summary>The member to take the snapshot from, by its name or the address of its endpoint; chosen by default.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Member")]
    [ArgumentCompleter(typeof(EtcdMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Endpoint { get; set; }

    /// <summary>The existing directory to save into; by default the topology's etcd.snapshots.directory.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        var folder = Deployment.Etcd.SnapshotDirectory(Destination is null ? null : FileSystemPath(Destination));
        var source = await Deployment.Etcd.ChooseSnapshotSourceAsync(Endpoint, cancellation);
        if (!ShouldProcess($"{source.Name} to {folder}", "Save etcd snapshot"))
        {
            return;
        }

        using var progress = Progress($"Saving etcd snapshot from {source.Name}");
        WriteObject(await source.SaveAsync(folder, progress, cancellation));
    }
}
