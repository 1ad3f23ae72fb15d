namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What CopyMemberStep's script does as a transient unit, phase by phase.</summary>
/// <remarks>Observed on the lab: the copy gets its name once it is whole, and is not made of data that etcd runs on (EtcdQuorumTests, Killed_after_each_line_it_is_resumed).</remarks>
internal sealed class SimulatedCopy(SimulatedNode node)
{
    public IReadOnlyList<Action> Phases(string folder, string unit, string from, string to)
    {
        if (node.Units[unit].IsActive)
        {
            return [() => End(folder, 1)];
        }

        return
        [
            () => node.Files.Remove($"{to}.part"),
            () => Copy(from, $"{to}.part"),
            () => node.Files.Move($"{to}.part", to),
            () => End(folder, 0),
        ];
    }

    private void Copy(string from, string to)
    {
        var data = node.Files.Find(from)!.Data!;
        node.Files.MakeDirectory(to, SimulatedEtcd.User, new EtcdData($"copy of {data.Name}", data.State));
    }

    private void End(string folder, int code) => node.Files.Write($"{folder}/result", $"result exited {code} 2\n");
}
