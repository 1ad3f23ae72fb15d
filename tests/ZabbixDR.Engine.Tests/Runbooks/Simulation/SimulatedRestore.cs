namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What RestoreBesideStep's script does as a transient unit, phase by phase.</summary>
/// <remarks>Observed on the lab: the tool refuses a directory that has something in it, and gives the members of one token one cluster (PROCEDURES.md 7; EtcdRestoreTests).</remarks>
internal sealed class SimulatedRestore(SimulatedNode node)
{
    public IReadOnlyList<Action> Phases(string folder, string target, string user, IReadOnlyList<string> tool) =>
    [
        () => node.Files.Remove(target),
        () => Restore(target, tool),
        () => Own(target, user),
        () => node.Files.Write($"{target}/complete", ""),
        () => node.Files.Write($"{folder}/result", "result exited 0 2\n"),
    ];

    private void Restore(string target, IReadOnlyList<string> tool)
    {
        var token = tool[tool.ToList().IndexOf("--initial-cluster-token") + 1];
        var isFresh = node.Files.Text(tool[tool.ToList().IndexOf("restore") + 1]) == SimulatedShell.Seed;
        node.Files.MakeDirectory(target);
        node.Files.MakeDirectory($"{target}/member", "root", new EtcdData($"restored on {node.Name}", node.Deployment.RestoredAs(token, isFresh)));
        node.Files.MakeDirectory($"{target}/member/wal");
    }

    private void Own(string target, string user)
    {
        foreach (var path in new[] { target, $"{target}/member", $"{target}/member/wal" })
        {
            node.Files.Own(path, user);
        }
    }
}
