using System.Globalization;
using System.Text.Json;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Runbooks;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>What NodeLock's scripts do on a node.</summary>
/// <remarks>
/// Observed on the lab: another run is refused and told who holds the lock, and the same takes it again with a higher number (EtcdRestoreTests,
/// Another_run_is_refused_and_told_who_holds_the_lock and Killed_after_each_line_it_is_resumed); the numbers rise above the highest of any node
/// (the first of them). A command of a lower number is refused (LockTests, A_node_refuses_a_number_that_was_overtaken).
/// </remarks>
internal static class SimulatedLock
{
    private const string Folder = "/var/lib/zabbixdr";
    private const int Held = 16;
    private const int TooLow = 17;

    public static long Number(SimulatedNode node) => long.Parse(node.Files.Text($"{Folder}/fence") ?? "0", CultureInfo.InvariantCulture);

    /// <summary>Who holds the node; null where nobody does.</summary>
    public static string? Owner(SimulatedNode node) => node.Files.Text($"{Folder}/lock");

    /// <summary>The run that holds the node; null where none does.</summary>
    public static string? Run(SimulatedNode node)
    {
        if (Owner(node) is not { } owner)
        {
            return null;
        }

        using var json = JsonDocument.Parse(owner);
        return json.RootElement.GetProperty("run").GetString();
    }

    public static CommandResult Take(SimulatedNode node, string[] arguments)
    {
        if (!node.Files.Has(RunJournals.NodeFolder))
        {
            node.Files.MakeDirectory(RunJournals.NodeFolder);
        }

        var (run, number, owner, instead) = (arguments[0], long.Parse(arguments[1], CultureInfo.InvariantCulture), arguments[2], arguments[3]);
        if (Owner(node) is { } held && !Names(held, run) && !(instead.Length > 0 && Names(held, instead)) && node.Deployment.Broken != Breakage.LockNotAsked)
        {
            return new CommandResult(Held, held, "");
        }

        var now = Number(node);
        if (number <= now)
        {
            return new CommandResult(TooLow, $"{now}\n", "");
        }

        node.Deployment.Life.Point();
        node.Files.Write($"{Folder}/lock", owner + "\n");
        node.Deployment.Life.Point();
        node.Files.Write($"{Folder}/fence", $"{number}\n");
        node.Deployment.Fenced(node, now, number);
        return SimulatedLooks.Ok();
    }

    public static CommandResult Free(SimulatedNode node, string run)
    {
        if (Owner(node) is { } held && !Names(held, run))
        {
            return new CommandResult(Held, held, "");
        }

        node.Files.Remove($"{Folder}/lock");
        return SimulatedLooks.Ok();
    }

    private static bool Names(string owner, string run) => owner.Contains($"\"run\":\"{run}\"", StringComparison.Ordinal);
}
