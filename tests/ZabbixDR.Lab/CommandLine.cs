using System.CommandLine;
using System.Globalization;

namespace ZabbixDR.Lab;

/// <summary>The program's commands and their options.</summary>
internal static class CommandLine
{
    private static readonly Option<string> Name = new("--name")
    {
        Description = "Which lab; several run side by side, with the same addresses.",
        DefaultValueFactory = _ => "default",
        Recursive = true,
    };

    private static readonly Option<string> GenerationName = new Option<string>("--generation")
    {
        Description = "The Debian release that the hosts run.",
        DefaultValueFactory = _ => Generation.Default.Name,
    }.AcceptOnlyFromAmong([.. Generation.All.Select(generation => generation.Name)]);

    private static readonly Option<string> Etcd3Site = new Option<string>("--etcd3")
    {
        Description = "The site of the third etcd member.",
        DefaultValueFactory = _ => "B",
    }.AcceptOnlyFromAmong("A", "B", "C");

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("A real two-site Zabbix deployment on this machine: seven hosts, to be used, broken and reset.")
        {
            Up(), Down(), Status(), Reset(), Exec(),
        };
        root.Options.Add(Name);
        Examples.ShowIn(root);
        try
        {
            return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
        }
        catch (LabException e)
        {
            await Console.Error.WriteLineAsync($"error: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("stopped");
            return 130;
        }
    }

    private static Command Up()
    {
        var command = new Command("up", "Brings a lab up, or completes one that is half up; what it needs and is missing is made.")
        {
            GenerationName, Etcd3Site,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var phases = Phases.OnConsole();
            var plan = new LabPlan(parsed.GetValue(Name)!, Generation.Find(parsed.GetValue(GenerationName)!), parsed.GetValue(Etcd3Site)!);
            var lab = await Lifecycle.UpAsync(plan, phases, cancellation);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Lab {plan.Name} is up after {phases.Total.TotalSeconds:0} s; topology file: {lab.TopologyFile}"));
            return 0;
        });
        return command;
    }

    private static Command Down()
    {
        var all = new Option<bool>("--all") { Description = "Every lab, and the root trees, saved states and tools with them." };
        var command = new Command("down", "Takes a lab down and leaves nothing of it; root tree and saved state stay.") { all };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(all)) await Lifecycle.PurgeAsync(cancellation);
            else await Lifecycle.DownAsync(parsed.GetValue(Name)!, cancellation);
            return 0;
        });
        return command;
    }

    private static Command Status()
    {
        var command = new Command("status", "Shows the labs, and for one each host's state and what is cut.");
        command.SetAction(async (parsed, cancellation) => await StatusReport.WriteAsync(parsed.GetValue(Name)!, cancellation));
        return command;
    }

    private static Command Reset()
    {
        var command = new Command("reset", "Puts a lab back to its saved state, whatever was done to it.");
        command.SetAction(async (parsed, cancellation) =>
        {
            var phases = Phases.OnConsole();
            await Lifecycle.ResetAsync(TwoSiteLab.Open(parsed.GetValue(Name)!), phases, cancellation);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Reset after {phases.Total.TotalSeconds:0} s"));
            return 0;
        });
        return command;
    }

    private static Command Exec()
    {
        var host = new Argument<string>("host") { Description = "A host's name." };
        var argv = new Argument<string[]>("command") { Description = "The program and its arguments, after --.", Arity = ArgumentArity.OneOrMore };
        var command = new Command("exec", "Runs a program on a host as root, without SSH, on this terminal.") { host, argv };
        command.SetAction(async (parsed, cancellation) =>
        {
            var machine = TwoSiteLab.Open(parsed.GetValue(Name)!).Machine(parsed.GetRequiredValue(host));
            return await machine.Command(parsed.GetRequiredValue(argv), Timeout.InfiniteTimeSpan).RunAttachedAsync(cancellation);
        });
        return command;
    }
}
