using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Saves a snapshot of etcd's key space to a file on this machine.</summary>
/// <remarks>
/// Streams the database of one member over TLS and hashes it on the way. The file, readable by its owner alone, appears under its
/// final name only once it is whole, its SHA-256 is the one that the member sent, and it is on disk; after a failure or Ctrl+C
/// nothing is left. By default the healthy member with the highest revision gives the snapshot, and not the leader where
/// another is as fresh. That there is room for the member's database is checked before anything is sent.
///
/// A snapshot that stays on one machine is lost with it: it is copied to the nodes of etcd.snapshots.copies, into
/// etcd.snapshots.nodeDirectory, and each node computes the SHA-256 of what it got. A copy that fails is an error of its own, and
/// Copies says which are proven.
///
/// Warnings tell of a member with an alarm, of a snapshot whose revision is below that of the newest one in the directory, and of a
/// cluster without a quorum: then the member that holds most gives the snapshot, which only a client certificate with CN=root gets.
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
        var places = CopyEtcdSnapshot.Places(Deployment);
        var copies = places.Count == 0 ? "" : $", with copies on {string.Join(", ", places.Select(node => node.Name))}";
        if (AskToChange($"{source.Name} to {folder}{copies}", "Save etcd snapshot") is not { } permit)
        {
            return;
        }

        foreach (var note in source.Notes)
        {
            WriteWarning(note);
        }

        var kept = Deployment.Etcd.NewestSnapshotIn(folder);
        using var progress = Progress($"Saving etcd snapshot from {source.Name}");
        var snapshot = await source.SaveAsync(folder, progress, cancellation);
        if (snapshot.Revision < kept?.Revision)
        {
            WriteWarning($"Its revision {snapshot.Revision} is below that of {kept.Path}, {kept.Revision}: the cluster was restored or made anew, or {source.Name} lags.");
        }

        WriteObject(await CopyAsync(snapshot, permit, cancellation));
    }

    private async Task<EtcdSnapshot> CopyAsync(EtcdSnapshot snapshot, ChangePermit permit, CancellationToken cancellation)
    {
        var copies = new List<EtcdSnapshotCopy>();
        await foreach (var outcome in CopyEtcdSnapshot.RunAsync(Deployment, snapshot, permit, cancellation))
        {
            if (outcome.Failure is not null)
            {
                WriteFailure(outcome.Failure);
            }

            copies.Add(outcome.Value ?? CopyEtcdSnapshot.Failed(Deployment, snapshot, outcome));
        }

        return snapshot with { Copies = copies };
    }
}
