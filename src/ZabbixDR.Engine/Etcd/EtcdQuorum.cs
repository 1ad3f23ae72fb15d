namespace ZabbixDR.Engine.Etcd;

/// <summary>What a change of the members does to the quorum.</summary>
internal static class EtcdQuorum
{
    /// <summary>
    /// Why a member cannot be removed; null where it can: of the voters that are left, a majority must be healthy. etcd's own check
    /// (server.go, mayRemoveMember) takes a member for healthy that is merely connected.
    /// </summary>
    /// <param name="members">All members.</param>
    /// <param name="healthy">The ids of those that answered a read that needs a quorum.</param>
    /// <param name="removed">The one that would go.</param>
    public static string? AgainstRemoval(IReadOnlyList<EtcdMember> members, IReadOnlyCollection<string> healthy, EtcdMember removed)
    {
        var left = members.Where(member => !member.IsLearner && member.Id != removed.Id).ToList();
        var well = left.Count(member => healthy.Contains(member.Id));
        var needed = (left.Count / 2) + 1;
        return left.Count == 0 ? "it is the last voter"
            : well >= needed ? null
            : $"{left.Count} voters would be left, of which {needed} must be healthy, and {Counted(well)}: {string.Join(", ", left.Select(member => $"{Show(member)} {(healthy.Contains(member.Id) ? "healthy" : "not healthy")}"))}";
    }

    /// <summary>A member as a person knows it.</summary>
    public static string Show(EtcdMember member) => member.Name ?? member.Node ?? member.Id;

    private static string Counted(int well) => well switch { 0 => "none is", 1 => "one is", _ => $"{well} are" };
}
