namespace ZabbixDR.Engine.Patroni;

/// <summary>Patroni's words for roles and states, as 3.0 and 4.x write them (patroni/postgresql/misc.py, utils.cluster_as_json).</summary>
internal static class PatroniWords
{
    private static readonly Dictionary<string, PatroniState> States =
        Enum.GetValues<PatroniState>().ToDictionary(state => state.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>A role of /cluster or of /patroni.</summary>
    public static PatroniRole Role(string? word) => word switch
    {
        "leader" => PatroniRole.Leader,
        "master" or "primary" or "promoted" => PatroniRole.Primary,
        "standby_leader" => PatroniRole.StandbyLeader,
        "sync_standby" => PatroniRole.SyncStandby,
        "quorum_standby" => PatroniRole.QuorumStandby,
        "replica" => PatroniRole.Replica,
        "demoted" => PatroniRole.Demoted,
        "uninitialized" => PatroniRole.Uninitialized,
        _ => PatroniRole.Unknown,
    };

    /// <summary>True for the role that /patroni gives to a primary: <c>master</c> before Patroni 4, <c>primary</c> since.</summary>
    public static bool IsPrimary(string? role) => role is "master" or "primary";

    /// <summary>A state: the enum's names are Patroni's words without the spaces.</summary>
    public static PatroniState State(string? word) => States.GetValueOrDefault(word?.Replace(" ", "", StringComparison.Ordinal) ?? "");

    /// <summary>A truth value as patroni/utils.py parse_bool takes it.</summary>
    public static bool IsTrue(string? word) => word?.ToLowerInvariant() is "true" or "on" or "yes" or "1";

    /// <summary>The setting synchronous_mode: a truth value, or since Patroni 4 <c>quorum</c>.</summary>
    public static PatroniSynchronousMode SynchronousMode(string? word) =>
        string.Equals(word, "quorum", StringComparison.OrdinalIgnoreCase) ? PatroniSynchronousMode.Quorum
        : IsTrue(word) ? PatroniSynchronousMode.On
        : PatroniSynchronousMode.Off;
}
