namespace ZabbixDR.Engine.Etcd;

/// <summary>Which of the kept snapshots may go. Each place is judged by itself: what lies elsewhere may be out of reach when it is needed.</summary>
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
            if (meant.Count > 0 && valid.Count == 0)
            {
                failures.Add(SnapshotNoneValid(place.Key, meant.Count));
            }
            else
            {
                removable.AddRange(meant.Where(file => file != valid[0]));
                spared.AddRange(meant.Where(file => file == valid[0]));
            }
        }

        failures.AddRange(asked?.Where(one => !kept.Any(file => IsSame(one, file))).Select(SnapshotNotKept) ?? []);
        return new SnapshotRetentionResult(removable, spared, failures);
    }

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
