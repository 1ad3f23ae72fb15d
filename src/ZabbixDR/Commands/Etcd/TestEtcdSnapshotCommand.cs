using System.Management.Automation;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Tests whether etcd snapshot files are whole.</summary>
/// <remarks>
/// Reads each file, compares it with the SHA-256 that a snapshot ends with, and reads the head of the database in it. Works on
/// files that etcdctl saved too, and needs neither etcd nor a connection. Status is Valid, or says what is wrong; Reason says
/// what to do. A database file without the checksum, as in a member's data directory, is ChecksumMissing: nothing proves it.
/// </remarks>
/// <example>
/// <code>Save-EtcdSnapshot | Test-EtcdSnapshot</code>
/// <para>Saves a snapshot and tests the file.</para>
/// </example>
/// <example>
/// <code>Get-ChildItem /var/lib/etcd/backup/*.db | Test-EtcdSnapshot | Where-Object Status -ne Valid</code>
/// <para>Finds the files that must not be restored from.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdSnapshot")]
[OutputType(typeof(EtcdSnapshotCheck))]
public sealed class TestEtcdSnapshotCommand : AsyncCmdlet
{
    /// <summary>The files. Wildcards are permitted.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] Path { get; set; } = [];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        foreach (var file in Path.SelectMany(Files))
        {
            try
            {
                WriteObject(await SnapshotFile.CheckAsync(file, cancellation));
            }
            catch (DrException failure)
            {
                WriteFailure(failure);
            }
        }
    }

    private IEnumerable<string> Files(string path) => WildcardPattern.ContainsWildcardCharacters(path)
        ? GetResolvedProviderPathFromPSPath(path, out _)
        : [FileSystemPath(path)];
}
