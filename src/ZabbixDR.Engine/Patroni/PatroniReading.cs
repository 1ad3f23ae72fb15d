namespace ZabbixDR.Engine.Patroni;

/// <summary>Turns Patroni's documents into the module's records.</summary>
internal static class PatroniReading
{
    /// <summary>A member's own word.</summary>
    public static PatroniStatus Status(PatroniStatusDocument document) => new(
        PatroniWords.IsPrimary(document.Role),
        PatroniWords.State(document.State),
        document.Role ?? "unknown",
        document.State ?? "unknown",
        document.Timeline,
        document.Program?.Scope,
        document.SystemIdentifier,
        Time(document.DcsLastSeen));

    // Patroni gives 0 where it has never seen the DCS.
    private static DateTimeOffset? Time(long? seconds) => seconds is > 0 and var since ? DateTimeOffset.FromUnixTimeSeconds(since) : null;
}
