namespace ZabbixDR.Engine.Etcd;

/// <summary>
/// Which of the kept snapshots may go. Each place is judged by itself: what lies elsewhere may be out of reach when it is needed. The newest valid
/// one stays, by its time and by its revision, which may be two: a clock that ran ahead makes an old one the newest by time, a restore
/// that took revisions back makes one the newest by revision.
/// </summary>
public static class SnapshotRetention
{
    /// <summary>Chooses.</summary>
    /// <param name="kept">All that is kept, verified.</param>
    /// <param name="asked">Those that are meant; null for all.</param>
    /// <param name="before">Only what was taken before this; null for any time.</param>
    /// <param name="keepLast">How many of the newest valid ones stay, with all that is newer than the last of them; null for no such rule.</param>
    /// <returns>What may go, the oldest first, and why other files that were meant stay.</returns>
    public static SnapshotRetentionResult Choose(IReadOnlyCollection<EtcdSnapshotFile> kept, IReadOnlyCollection<EtcdSnapshotFile>? asked, DateTimeOffset? before, int? keepLast)
    {
        var removable = new List<EtcdSnapshotFile>();
        var failures = new List<DrException>();
        var spared = new List<EtcdSnapshotFile>();
        foreach (var place in kept.GroupBy(file => file.Node))
        {
            var valid = place.Where(file => file.Status == EtcdSnapshotStatus.Valid).OrderByDescending(file => file.CreatedAt).ThenByDescending(file => file.Path, StringComparer.Ordinal).ToList();
            var meant = place.Where(file => asked is null || asked.Any(one => IsSame(one, file)))
                .Where(file => before is null || file.CreatedAt < before)
                .Where(file => keepLast is not { } count || (valid.Count >= count && file.CreatedAt < valid[count - 1].CreatedAt))
                .OrderBy(file => file.CreatedAt)
                .ToList();
            if (meant.Count == 0)
            {
                continue;
            }

            if (valid.Count == 0)
            {
                failures.Add(SnapshotNoneValid(place.Key, meant.Count));
            }
            else
            {
                List<EtcdSnapshotFile> newest = [valid[0], valid.OrderByDescending(file => Revision(file, kept)).First()];
                removable.AddRange(meant.Except(newest));
                spared.AddRange(meant.Intersect(newest));
            }
        }

        failures.AddRange(asked?.Where(one => !kept.Any(file => IsSame(one, file))).Select(SnapshotNotKept) ?? []);
        return new SnapshotRetentionResult(removable, spared, failures);
    }

    // On a node a snapshot's checksum alone is read: its revision is that of the one of its name and size that lies here.
    private static long? Revision(EtcdSnapshotFile file, IEnumerable<EtcdSnapshotFile> kept) =>
        kept.Where(one => one.Size == file.Size && one.Status == EtcdSnapshotStatus.Valid && Path.GetFileName(one.Path) == Path.GetFileName(file.Path)).Max(one => one.Revision);

    private static bool IsSame(EtcdSnapshotFile one, EtcdSnapshotFile other) => one.Node == other.Node && one.Path == other.Path;

    private static DrException SnapshotNoneValid(string? node, int meant) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        "Removing old etcd snapshots",
        $"none that lies there is proven valid; the {meant} that were meant stay",
        "See Get-EtcdSnapshot -Verify, and take a new one: Save-EtcdSnapshot.");

    private static DrException SnapshotNotKept(EtcdSnapshotFile file) => DrException.Of(
        DrErrorKind.NotFound,
        file.Node,
        $"Removing the etcd snapshot {file.Path}",
        "it is not among the snapshots that are kept there",
        "Get-EtcdSnapshot lists those; give the same -Directory to both.");
}
