using System.Globalization;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The programs that change a simulated node. What is not the lock's own must come through the fence.</summary>
internal static class SimulatedChanges
{
    private const int Refused = 75;

    public static CommandResult Run(SimulatedNode node, string program, string[] arguments, Stream? input)
    {
        if (program == "logger")
        {
            return SimulatedLooks.Ok();
        }

        if (program != "sh" || arguments is not ["-c", var script, var zeroth, .. var given])
        {
            throw new UnknownToSimulationException($"the change {ShellQuoting.Quote([program, .. arguments])}, which comes past the fence");
        }

        return SimulatedScripts.NameOf(script) switch
        {
            SimulatedScripts.Take => SimulatedLock.Take(node, given),
            SimulatedScripts.Free => SimulatedLock.Free(node, given[0]),
            SimulatedScripts.Fence => Fenced(node, long.Parse(given[0], CultureInfo.InvariantCulture), given[1], given[2..], input),
            var other => throw new UnknownToSimulationException($"{other} that comes past the fence of {zeroth}"),
        };
    }

    private static CommandResult Fenced(SimulatedNode node, long number, string program, string[] arguments, Stream? input)
    {
        var now = SimulatedLock.Number(node);
        if (now != number && node.Deployment.Broken != Breakage.FenceNotAsked)
        {
            return new CommandResult(Refused, "", $"the fencing number is {now}, and this run's is {number}\n");
        }

        if (number < now)
        {
            node.Deployment.Violate($"{node.Name} ran {program} for number {number} after {now} was given out");
        }

        return Inner(node, number, program, arguments, input);
    }

    // What changes a node is announced there first: the journal there, of the run that has the number, ends with the step that its operator wrote
    // down last. The lock may name the next run already: that one wrote it, and died before it wrote its number.
    private static void RequireIntent(SimulatedNode node, long number, string program, string[] arguments)
    {
        var announced = node.Files.In(RunJournals.NodeFolder).Any(file =>
            node.Files.Text(file)! is var journal
            && (journal.Contains($"\"fence\":{number},", StringComparison.Ordinal) || journal.Contains($"\"fence\":{number}}}", StringComparison.Ordinal))
            && LastLine(journal) is var intent
            && intent.Contains("\"event\":\"Begun\"", StringComparison.Ordinal)
            && node.Deployment.Here.LastOf(Path.GetFileNameWithoutExtension(file)) == intent);
        if (!announced)
        {
            node.Deployment.Violate($"{node.Name} ran {program} {arguments[0]} before its intent was written");
        }
    }

    private static string LastLine(string journal) => journal.TrimEnd('\n') is var lines ? lines[(lines.LastIndexOf('\n') + 1)..] : "";

    private static CommandResult Inner(SimulatedNode node, long number, string program, string[] arguments, Stream? input)
    {
        // The commit is a step of the deployment's, whichever server takes it: its intent lies on a node of each site.
        if (program != "psql" && !Array.Exists(arguments, argument => argument.StartsWith(RunJournals.NodeFolder, StringComparison.Ordinal) && argument.EndsWith(".jsonl", StringComparison.Ordinal)))
        {
            RequireIntent(node, number, program, arguments);
        }

        switch (program, arguments)
        {
            case ("install", ["-d", "-m", _, var directory]):
                node.Files.MakeDirectory(directory);
                return SimulatedLooks.Ok();
            case ("chown", [var owner, var path]):
                node.Files.Own(path, owner.TrimEnd(':'));
                return SimulatedLooks.Ok();
            case ("rm", ["-rf" or "-f", "--", .. var paths]):
                foreach (var path in paths)
                {
                    node.Files.Remove(path);
                    node.Deployment.Life.Point();
                }

                return SimulatedLooks.Ok();
            case ("systemctl", _):
                return SimulatedSystemctl.Run(node, arguments);
            case (SimulatedPostgres.Bin + "/pg_ctl", ["stop", "-D", var data, ..]):
                return SimulatedPostgres.Stop(node, data);
            case ("psql", _) when SimulatedPostgres.IsOwn(arguments):
                return node.Deployment.Postgres.Ask(node, arguments);
            case ("psql", [.., "-c", ArchivedWal.Query]):
                return SimulatedLooks.Ok();
            case ("psql", _):
                return node.Deployment.Patroni.Commit(node) is { } position ? SimulatedLooks.Ok($"{position}\n2026-11-30 12:00:00.5\n{SimulatedPostgres.Segment}\n") : new CommandResult(3, "", "ERROR: cannot execute it in a read-only transaction\n");
            case ("sh", ["-c", var script, _, .. var given]):
                return new SimulatedShell(node).Run(SimulatedScripts.NameOf(script), given, input);
            default:
                throw new UnknownToSimulationException($"the change {ShellQuoting.Quote([program, .. arguments])}");
        }
    }
}
