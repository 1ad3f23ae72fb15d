namespace ZabbixDR.Engine.Operations;

/// <summary>How much room a set takes that is restored and recovered.</summary>
internal static class RoomToRecover
{
    // What the recovery itself writes beside the set: the WAL that it replays, segment by segment, and the pages that it made larger.
    private const int MarginPercent = 10;

    /// <summary>It, in bytes.</summary>
    public static long Of(PgBackRestBackup set) => set.DatabaseSize + (set.DatabaseSize / 100 * MarginPercent);
}
