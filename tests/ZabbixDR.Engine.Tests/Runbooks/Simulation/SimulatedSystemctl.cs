using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What systemctl changes on a simulated node.</summary>
/// <remarks>
/// Observed on the lab: a start of what is active does nothing, frozen or not; a signal to a unit without a main process fails; a stop ends a frozen
/// process too (EtcdRestoreTests, It_goes_back_and_keeps_what_was_and_PostgreSQL_never_stops; UndoTests, Going_back_is_killed_too_and_resumed);
/// a unit whose file asserts the absence of what is there is not started, neither by a person nor with its node (EtcdQuorumTests, A_fence_outlasts_a_reboot_and_a_person).
/// </remarks>
internal static class SimulatedSystemctl
{
    private const string Transient = "zabbixdr-";
    private static readonly string[] s_roots = ["/etc", "/run"];

    public static CommandResult Run(SimulatedNode node, string[] arguments)
    {
        switch (arguments)
        {
            case ["stop", "--no-block", "--", var unit] when unit.StartsWith(Transient, StringComparison.Ordinal):
                Cancel(node, unit);
                return SimulatedLooks.Ok();
            case ["reset-failed", _]:
                return SimulatedLooks.Ok();
            case ["stop", var unit]:
                if (node.Units[unit].IsActive)
                {
                    node.Deployment.Effect(node, $"{unit} was stopped");
                }

                (node.Units[unit].IsActive, node.Units[unit].IsFrozen) = (false, false);
                node.Deployment.Stopped(node, unit);
                return SimulatedLooks.Ok();
            case ["start", .., var unit] when arguments is [_, _] or [_, "--no-block", _]:
                if (node.Units[unit] is { IsActive: false, IsFenced: true })
                {
                    return new CommandResult(1, "", $"Assertion failed on job for {unit}.\n");
                }

                if (!node.Units[unit].IsActive)
                {
                    node.Deployment.Start(node, node.Units[unit]);
                }

                return SimulatedLooks.Ok();
            case ["restart", var unit]:
                return Restart(node, node.Units[unit]);
            case ["daemon-reload"]:
                Reload(node);
                return SimulatedLooks.Ok();
            case ["kill", var signal, "--kill-who=main", var unit]:
                return Kill(node, node.Units[unit], signal);
            default:
                throw new UnknownToSimulationException($"systemctl {ShellQuoting.Quote(arguments)}");
        }
    }

    /// <summary>systemd reads the units' files.</summary>
    public static void Reload(SimulatedNode node)
    {
        foreach (var unit in node.Units.Values)
        {
            unit.Loaded = Additions(node, unit);
        }
    }

    /// <summary>The files that add to a unit, as they are now.</summary>
    public static IReadOnlyList<string> Additions(SimulatedNode node, SimulatedUnit unit) =>
        [.. s_roots.SelectMany(root => node.Files.In($"{root}/systemd/system/{unit.Name}.d"))];

    private static CommandResult Restart(SimulatedNode node, SimulatedUnit unit)
    {
        (unit.IsActive, unit.IsFrozen) = (false, false);
        if (unit.IsFenced)
        {
            return new CommandResult(1, "", $"Assertion failed on job for {unit.Name}.\n");
        }

        node.Deployment.Start(node, unit);
        return SimulatedLooks.Ok();
    }

    private static CommandResult Kill(SimulatedNode node, SimulatedUnit unit, string signal)
    {
        if (!unit.IsActive)
        {
            return new CommandResult(1, "", "Failed to kill unit: No main process to kill\n");
        }

        switch (signal)
        {
            case "--signal=STOP":
                if (!unit.IsFrozen)
                {
                    node.Deployment.Effect(node, $"{unit.Name} was frozen");
                }

                unit.IsFrozen = true;
                break;
            case "--signal=CONT":
                unit.IsFrozen = false;
                break;
            case "--signal=KILL":
                (unit.IsActive, unit.IsFrozen) = (false, false);
                break;
            default:
                throw new UnknownToSimulationException(signal);
        }

        return SimulatedLooks.Ok();
    }

    private static void Cancel(SimulatedNode node, string unit)
    {
        if (node.Works.Remove(unit, out var work))
        {
            work.Advance(node.Deployment.Draw(work.Phases.Count));
            node.Files.Write($"{work.Folder}/stopped", "stopped success\n");
            node.Files.Write($"{work.Folder}/result", "result killed TERM 2\n");
        }
    }
}
