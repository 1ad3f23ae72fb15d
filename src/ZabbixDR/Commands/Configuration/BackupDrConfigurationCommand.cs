using System.Management.Automation;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Configuration;

/// <summary>Backs up the configuration files of all nodes into one archive.</summary>
/// <remarks>
/// Reads every node at once over SSH, as root, and writes zabbix-config-TIME.tar.gz into configuration.directory of the topology. Its
/// entries are NODE/ABSOLUTE-PATH with owner, mode, links and times; its first entry, manifest.json, lists what was asked of each
/// node, what is absent, what went wrong, and each file's SHA-256. The archive holds private keys: only its owner can read it.
/// A node that cannot be read is an error, and the archive of the others says Partial. A node that stops answering in the middle is
/// given up after 15 to 30 s. While it works it needs room for the files uncompressed, beside the archive.
/// </remarks>
/// <example>
/// <code>Backup-DrConfiguration</code>
/// <para>Backs up the configuration of all nodes into the directory that the topology names.</para>
/// </example>
/// <example>
/// <code>Backup-DrConfiguration -Destination /mnt/usb | Format-List Status, Reason, Path, Sha256</code>
/// <para>Writes the archive elsewhere and shows whether anything is missing from it.</para>
/// </example>
[Cmdlet(VerbsData.Backup, "DrConfiguration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(DrConfigurationBackup))]
public sealed class BackupDrConfigurationCommand : DeploymentCmdlet
{
    /// <summary>The directory for the archive; configuration.directory of the topology by default. It is made where it is missing.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>How many nodes are read at once; 16 by default.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = NodeFanOut.DefaultThrottleLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var archives = Deployment.Configuration;
        var directory = archives.Directory(Destination is null ? null : FileSystemPath(Destination));
        if (AskToChange(directory, $"Write the configuration of {Deployment.Topology.Nodes.Count} nodes") is null)
        {
            return;
        }

        using var progress = Progress("Backing up configuration");
        var outcome = await archives.BackUpAsync(directory, ThrottleLimit, progress, cancellation);
        foreach (var failure in outcome.Failures)
        {
            WriteFailure(failure);
        }

        if (outcome.Backup is not null)
        {
            WriteObject(outcome.Backup);
        }
    }
}
