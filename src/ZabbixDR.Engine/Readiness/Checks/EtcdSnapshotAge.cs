using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Files;

namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>The newest snapshot file whose checksum is right is young enough. A newer one that is damaged does not count, and is told.</summary>
internal sealed class EtcdSnapshotAge : IReadinessCheck
{
    private const string Remedy = "Save one: Save-EtcdSnapshot.";

    public string Id => "etcd.snapshot-age";

    public string Title => "The newest good etcd snapshot is recent";

    public ReadinessCategory Category => ReadinessCategory.Etcd;

    public string? NotApplicable(DrTopology topology) =>
        Sections.MissingEtcd(topology) ?? (topology.Etcd!.SnapshotDirectory is null ? Sections.Missing("etcd.snapshots.directory") : null);

    public async Task<IReadOnlyList<ReadinessFinding>> RunAsync(ReadinessContext context, CancellationToken cancellation)
    {
        var limit = context.Thresholds.SnapshotAge;
        var directory = context.Deployment.Topology.Etcd!.SnapshotDirectory!;
        string? damaged = null;
        foreach (var file in NewestFirst(directory))
        {
            var check = await SnapshotFile.CheckAsync(file.FullName, cancellation).ConfigureAwait(false);
            if (check.Status == EtcdSnapshotStatus.Valid)
            {
                var finding = Ages.Judge(null, $"the newest good snapshot, {file.Name},", context.Now - file.LastWriteTimeUtc, limit, Remedy);
                return [damaged is null || finding.Status != ReadinessStatus.Pass ? finding : finding with { Status = ReadinessStatus.Warn, Reason = damaged, Remediation = Remedy }];
            }

            damaged ??= $"{file.Name} is newer and damaged ({check.Status}): {check.Reason}";
        }

        return [ReadinessFinding.Fail(null, Ages.Limit(limit), "none", damaged ?? $"{directory} holds no snapshot", Remedy)];
    }

    private static List<FileInfo> NewestFirst(string directory)
    {
        try
        {
            return [.. new DirectoryInfo(directory).EnumerateFiles("*.db").OrderByDescending(file => file.LastWriteTimeUtc)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception error) when (FileErrors.Knows(error))
        {
            throw FileErrors.From("Looking for etcd snapshots", directory, error);
        }
    }
}
