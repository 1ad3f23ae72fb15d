using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>How a node stands in the midst of a runbook of etcd's, by the steps that were done on it.</summary>
internal static class EtcdNodeState
{
    /// <summary>In the midst of a restore, or of the way back from one.</summary>
    public static string Describe(IReadOnlyList<(DrPlanStep Step, DrStepStatus Status)> steps)
    {
        string?[] parts =
        [
            Say(PutBackStep.Kind, "old data back in place", "the putting back of the old data was begun")
                ?? Say(SwapMemberStep.Kind, "restored data in place, the old one kept beside it", "the exchange of its data was begun")
                ?? (Has(SwapMemberStep.Kind) ? "old data in place" : Has(PutBackStep.Kind) ? "data as the run before left it" : null),
            Say(StartUnitStep.Kind, "etcd started", "the start of etcd was begun") ?? Say(StopUnitStep.Kind, "etcd stopped", "the stop of etcd was begun"),
            Say(ReplacePatroniStep.Kind, "Patroni replaced by a new process", "the replacement of Patroni was begun")
                ?? Say(ThawPatroniStep.Kind, "Patroni goes on", "Patroni was told to go on")
                ?? Say(FreezePatroniStep.Kind, "Patroni frozen, PostgreSQL goes on", "the freezing of Patroni was begun"),
            Say(TidyMemberStep.Kind, null, null) ?? Say(ClearLeftoversStep.Kind, null, null)
                ?? Say(RestoreBesideStep.Kind, "the restored data made beside it", "the restored data begun beside it")
                ?? Say(MakeSeedStep.Kind, "the new cluster's first data made", "the new cluster's first data begun")
                ?? Say(CopySeedStep.Kind, "the new cluster's first data copied", "the copy of the new cluster's first data begun")
                ?? Say(CopySnapshotStep.Kind, "the snapshot copied", "the copy of the snapshot begun"),
        ];
        return string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part)));

        string? Say(string kind, string? done, string? begun) => EtcdNodeState.Say(steps, kind, done, begun);

        bool Has(string kind) => steps.Any(step => step.Step.Kind == kind);
    }

    /// <summary>In the midst of the repair of a lost majority.</summary>
    public static string DescribeRepair(IReadOnlyList<(DrPlanStep Step, DrStepStatus Status)> steps)
    {
        string?[] parts =
        [
            Say(RemoveDropInStep.Kind, "etcd runs as it is configured", "the settings of etcd's first start are being taken out")
                ?? Say(JoinMemberStep.Kind, "etcd started empty, to join the new cluster", "the start of etcd, empty, was begun")
                ?? Say(StandAloneStep.Kind, "etcd started as a cluster of one member, with the flag still set", "the start of etcd as a cluster of one member was begun")
                ?? Say(FenceUnitStep.Kind, "etcd stopped and kept off", "the stop of etcd was begun"),
            Say(MoveDataStep.Kind, "the old data moved aside", "the moving aside of the old data was begun") ?? Say(CopyMemberStep.Kind, "its data copied aside", "the copy of its data was begun"),
        ];
        return string.Join(", ", parts.OfType<string>());

        string? Say(string kind, string done, string begun) => EtcdNodeState.Say(steps, kind, done, begun);
    }

    // Null where nothing of the kind was begun.
    private static string? Say(IReadOnlyList<(DrPlanStep Step, DrStepStatus Status)> steps, string kind, string? done, string? begun) =>
        steps.LastOrDefault(step => step.Step.Kind == kind) switch
        {
            (null, _) or (_, DrStepStatus.Waiting) => null,
            (_, DrStepStatus.Done or DrStepStatus.AlreadyDone) => done ?? "",
            _ => begun ?? "",
        };
}
