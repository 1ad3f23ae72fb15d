using System.Management.Automation;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Removes etcd snapshots that are no longer needed, from the management host and from the nodes with copies.</summary>
/// <remarks>
/// Every place is judged by itself: the management host, and each node of etcd.snapshots.copies. With -OlderThan only what was taken longer ago
/// than that goes. With -KeepLast the newest so many valid ones stay, and all that is newer than the last of them. With both, only what
/// both let go. Snapshots from the pipeline limit either rule to themselves; without a rule they all go.
///
/// The newest valid snapshot of a place never goes, nor the one with the highest revision, since a clock may have been wrong; a warning says
/// where a rule meant it. All files are read whole first, where they lie, to know which are valid: a damaged one protects nothing. In a
/// place without a valid one nothing is removed, which is an error. So is a node that cannot be asked; the other places are done. A snapshot
/// that is being written has another name and is not seen.
/// </remarks>
/// <example>
/// <code>Remove-EtcdSnapshot -OlderThan 7d -KeepLast 5 -Confirm:$false</code>
/// <para>For a schedule: removes what is older than a week, and leaves five valid ones in each place whatever their age.</para>
/// </example>
/// <example>
/// <code>Get-EtcdSnapshot -Verify | Where-Object Status -eq ChecksumMismatch | Remove-EtcdSnapshot</code>
/// <para>Removes the damaged ones, each after a question.</para>
/// </example>
[Cmdlet(VerbsCommon.Remove, "EtcdSnapshot", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdSnapshotFile))]
public sealed class RemoveEtcdSnapshotCommand : DeploymentCmdlet
{
    private readonly List<EtcdSnapshotFile> _asked = [];

    /// <summary>The snapshots that are meant, as Get-EtcdSnapshot gives them; by default all that are kept.</summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    public EtcdSnapshotFile[]? InputObject { get; set; }

    /// <summary>Only what was taken longer ago than this: 30s, 15m, 4h, 7d, or a TimeSpan.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? OlderThan { get; set; }

    /// <summary>How many of the newest valid ones stay in each place, 1 at least.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? KeepLast { get; set; }

    /// <summary>Another directory of this machine to look into; by default the topology's etcd.snapshots.directory.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Directory { get; set; }

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellation)
    {
        _asked.AddRange(InputObject ?? []);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var folder = Deployment.Etcd.SnapshotDirectory(Directory is null ? null : FileSystemPath(Directory));
        var isPiped = MyInvocation.ExpectingInput || InputObject is not null;
        if (!isPiped && OlderThan is null && KeepLast is null)
        {
            throw RetentionUnset();
        }

        var before = OlderThan is { } age ? DateTimeOffset.UtcNow - age : (DateTimeOffset?)null;
        using var progress = Progress("Removing etcd snapshots");
        var (kept, failures) = await KeptEtcdSnapshots.ListAsync(Deployment, folder, verify: true, progress, cancellation);
        var silent = failures.Select(failure => failure.Node).OfType<string>().ToList();
        var chosen = SnapshotRetention.Choose(kept, isPiped ? [.. _asked.Where(file => file.Node is null || !silent.Contains(file.Node))] : null, before, KeepLast);
        foreach (var failure in failures.Concat(chosen.Failures))
        {
            WriteFailure(failure);
        }

        foreach (var spared in chosen.Spared)
        {
            WriteWarning($"{Place(spared)} stays: it is the newest valid snapshot there, by its time or by its revision.");
        }

        foreach (var file in chosen.Removable)
        {
            if (AskToChange(Place(file), "Remove etcd snapshot") is { } permit)
            {
                await RemoveAsync(file, permit, cancellation);
            }
        }
    }

    private async Task RemoveAsync(EtcdSnapshotFile file, ChangePermit permit, CancellationToken cancellation)
    {
        try
        {
            await RemoveEtcdSnapshot.RunAsync(Deployment, file, permit, cancellation);
            WriteObject(file);
        }
        catch (DrException failure)
        {
            WriteFailure(failure);
        }
    }

    private static string Place(EtcdSnapshotFile file) => file.Node is null ? file.Path : $"{file.Node}:{file.Path}";

    private static DrException RetentionUnset() => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        "Removing etcd snapshots",
        "neither a rule nor a snapshot was given",
        "Give -OlderThan, -KeepLast or both, or pipe the snapshots that are meant.");
}
