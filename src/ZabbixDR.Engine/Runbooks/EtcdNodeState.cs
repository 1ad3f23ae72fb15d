using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>How a node stands in the midst of a restore of etcd, or of the way back from one, by the steps that were done on it.</summary>
internal static class EtcdNodeState
{
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
            Say(ProveWriteStep.Kind, "took a commit", "a commit was tried"),
            Say(TidyMemberStep.Kind, null, null) ?? Say(ClearLeftoversStep.Kind, null, null)
                ?? Say(RestoreBesideStep.Kind, "the restored data made beside it", "the restored data begun beside it")
                ?? Say(CopySnapshotStep.Kind, "the snapshot copied", "the copy of the snapshot begun"),
        ];
        return string.Join(", ", parts.Where(part => !string.IsNullOrEmpty(part)));

        // Null where nothing of the kind was begun.
        string? Say(string kind, string? done, string? begun) => steps.LastOrDefault(step => step.Step.Kind == kind) switch
        {
            (null, _) or (_, DrStepStatus.Waiting) => null,
            (_, DrStepStatus.Done or DrStepStatus.AlreadyDone) => done ?? "",
            _ => begun ?? "",
        };

        bool Has(string kind) => steps.Any(step => step.Step.Kind == kind);
    }
}
