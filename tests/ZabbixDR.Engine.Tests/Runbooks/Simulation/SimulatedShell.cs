using System.Globalization;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What the scripts of the steps do, command by command: between two of them the process may die, and the script with it.</summary>
/// <remarks>
/// The scripts themselves run on the lab: NodeFilesTests, NodeUnitsTests, EtcdRestoreTests, EtcdQuorumTests, UndoTests. That one is broken off with the process that
/// sent it is what Lifeline does (ZabbixDR.Engine.Lab.Tests, NodeTests).
/// </remarks>
internal sealed class SimulatedShell(SimulatedNode node)
{
    /// <summary>What a fresh cluster begins with, as a file.</summary>
    public const string Seed = "the seed";

    private SimulatedFiles Files => node.Files;

    public CommandResult Run(string script, string[] given, Stream? input) => script switch
    {
        SimulatedScripts.WriteFile => Write(given, input!),
        SimulatedScripts.SetFence => SetFence(given[0], given[1]),
        SimulatedScripts.LiftFence => LiftFence(given[0]),
        SimulatedScripts.StartUnit => StartUnit(given),
        SimulatedScripts.ForgetUnit => Do(() => Files.Remove(given[0])),
        SimulatedScripts.MakeSeed => MakeSeed(given[0], given[1]),
        SimulatedScripts.ServerFolder => MakeServerFolder(given[0], given[2]),
        SimulatedScripts.Swap => Swap(given[0], given[1], given[2], given[3], given[4]),
        SimulatedScripts.PutBack => PutBack(given[0], given[1], given[2], given[3], given[4], given[5], given[6]),
        SimulatedScripts.StandAlone => StandAlone(given[0], given[1], given[2]),
        SimulatedScripts.MoveAside => MoveAside(given[0], given[2], given[3], given[4]),
        SimulatedScripts.Join => Join(given[0], given[1], given[2], given[3], given[5]),
        _ => throw new UnknownToSimulationException($"{script} within the fence"),
    };

    private static CommandResult Fail(string said) => new(1, "", said + "\n");

    private CommandResult Write(string[] given, Stream input)
    {
        var (target, owner, length) = (given[0], given[1], int.Parse(given[4], CultureInfo.InvariantCulture));
        if (!Files.Has(target[..target.LastIndexOf('/')]))
        {
            return Fail($"mktemp: failed to create file via template '{target}': No such file or directory");
        }

        var content = new byte[length];
        input.ReadExactly(content);
        return Do(() => Files.Write(target, content, owner));
    }

    private CommandResult SetFence(string fence, string text)
    {
        Do(() => Files.MakeDirectory(fence[..fence.LastIndexOf('/')]));
        Do(() => Files.Write(fence, text));
        return Do(() => SimulatedSystemctl.Reload(node));
    }

    private CommandResult LiftFence(string fence)
    {
        Do(() => Files.Remove(fence));
        return Do(() => SimulatedSystemctl.Reload(node));
    }

    private CommandResult StartUnit(string[] given)
    {
        var folder = given[0];
        if (Files.Has(folder))
        {
            return new CommandResult(17, "", "");
        }

        Point();
        Files.Write($"{folder}/start", $"start {node.BootId} 7 1\n");
        Point();
        var end = given.ToList().IndexOf("--");
        string[] command = [.. given.Skip(end + 1).Select(argument => argument.Replace("$$", "$", StringComparison.Ordinal))];
        if (command is not ["sh", "-c", var script, _, .. var arguments])
        {
            throw new UnknownToSimulationException($"the work {string.Join(' ', command)}");
        }

        Files.Write($"{folder}/begun", "begun\n");
        var name = given.First(option => option.StartsWith("--unit=", StringComparison.Ordinal))["--unit=".Length..];
        node.Works[name] = new SimulatedWork(folder, SimulatedScripts.NameOf(script) switch
        {
            SimulatedScripts.Restore => new SimulatedRestore(node).Phases(folder, arguments[0], arguments[1], arguments[2..]),
            SimulatedScripts.Copy => new SimulatedCopy(node).Phases(folder, arguments[0], arguments[1], arguments[2]),
            SimulatedScripts.RestoreSet => node.Deployment.Postgres.RestorePhases(node, folder, arguments[0], arguments[2]),
            SimulatedScripts.Serve => node.Deployment.Postgres.ServePhases(node, folder, arguments[1]),
            var other => throw new UnknownToSimulationException($"{other} as a unit"),
        })
        {
            Serves = SimulatedScripts.NameOf(script) == SimulatedScripts.Serve ? arguments[1] : null,
            Archives = arguments.Contains(SimulatedPostgres.Archiving),
        };
        return SimulatedLooks.Ok();
    }

    private CommandResult MakeServerFolder(string folder, string said)
    {
        Do(() => Files.MakeDirectory(folder, SimulatedPostgres.User));
        if (Files.Text(said) is { } words)
        {
            Do(() => Files.Write($"{folder}/log", Files.Text($"{folder}/log") + words));
        }

        return Do(() => Files.Write($"{folder}/hba.conf", "local all all peer\n"));
    }

    private CommandResult MakeSeed(string work, string copy)
    {
        if (!Files.Has(copy))
        {
            return Fail($"open {copy}: no such file or directory");
        }

        Do(() => Files.Remove(work));
        Do(() => Files.MakeDirectory(work));
        Do(() => Files.Write(copy, Seed));
        return Do(() => Files.Remove(work));
    }

    private CommandResult StandAlone(string unit, string dropIn, string fence)
    {
        Do(() => Files.Write(dropIn, "[Service]\nEnvironment=ETCD_FORCE_NEW_CLUSTER=true\n"));
        Do(() => Files.Remove(fence));
        Do(() => SimulatedSystemctl.Reload(node));
        Point();
        return SimulatedSystemctl.Run(node, ["restart", unit]);
    }

    private CommandResult MoveAside(string unit, string member, string aside, string mark)
    {
        if (node.Units[unit].IsActive)
        {
            return Fail($"{unit} runs");
        }

        if (Files.Has(member) && !Files.Has(aside))
        {
            Do(() => MoveAside(member, aside));
            node.Deployment.Effect(node, "the old data was moved aside");
        }

        if (Files.Has(member))
        {
            return Fail($"{member} could not be moved to {aside}");
        }

        return Do(() => Files.Write(mark, ""));
    }

    private CommandResult Join(string unit, string dropIn, string variables, string mark, string fence)
    {
        if (!Files.Has(mark))
        {
            return Fail("the old data is not aside");
        }

        Do(() => Files.Write(variables, "ETCD_INITIAL_CLUSTER_STATE=existing\n"));
        Do(() => Files.Write(dropIn, $"[Service]\nEnvironmentFile={variables}\n"));
        Do(() => Files.Remove(fence));
        Do(() => SimulatedSystemctl.Reload(node));
        Point();
        return SimulatedSystemctl.Run(node, ["start", "--no-block", unit]);
    }

    private CommandResult Swap(string unit, string data, string created, string aside, string mark)
    {
        if (node.Units[unit].IsActive)
        {
            return Fail($"{unit} runs");
        }

        if (!Files.Has($"{created}/complete"))
        {
            return Fail($"{created} is not complete");
        }

        if (Files.Has($"{created}/member"))
        {
            if (Files.Has($"{data}/member") && !Files.Has(aside))
            {
                Do(() => MoveAside($"{data}/member", aside));
                node.Deployment.Effect(node, "the old data was moved aside");
            }

            if (Files.Has($"{data}/member"))
            {
                return Fail($"{data}/member could not be moved to {aside}");
            }

            Do(() => Files.Move($"{created}/member", $"{data}/member"));
        }

        return Do(() => Files.Write(mark, ""));
    }

    private CommandResult PutBack(string unit, string path, string aside, string inside, string kept, string mark, string back)
    {
        if (node.Units[unit].IsActive)
        {
            return Fail($"{unit} runs");
        }

        if (Files.Has($"{aside}/{inside}"))
        {
            if (Files.Has(path) && !Files.Has(kept))
            {
                Do(() => Files.Move(path, kept));
            }

            if (Files.Has(path))
            {
                return Fail($"{path} could not be moved to {kept}");
            }

            Do(() => Files.Move(aside, path));
            node.Deployment.Effect(node, "the old data was put back");
        }

        if (!Files.Has(path) || Files.Has($"{aside}/{inside}"))
        {
            return Fail($"{aside} could not be moved to {path}");
        }

        Do(() => Files.Remove(mark));
        return Do(() => Files.Write(back, ""));
    }

    private void MoveAside(string from, string to)
    {
        if (node.Deployment.Broken == Breakage.SwapDeletes)
        {
            Files.Remove(from);
        }
        else
        {
            Files.Move(from, to);
        }
    }

    private CommandResult Do(Action what)
    {
        Point();
        what();
        return SimulatedLooks.Ok();
    }

    private void Point() => node.Deployment.Life.Point();
}
