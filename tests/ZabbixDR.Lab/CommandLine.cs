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

    private static readonly Option<int> Servers = new Option<int>("--postgres")
    {
        Description = "How many PostgreSQL hosts there are.",
        DefaultValueFactory = _ => LabPlan.FewestServers,
    }.AcceptOnlyFromAmong("2", "3");

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("A real two-site Zabbix deployment on this machine: seven hosts, to be used, broken and reset.")
        {
            Up(), Down(), Status(), Reset(),
            Kill(), Start(), Cut(), Heal(), Delay(), Hang(), Resume(), S3(),
            Exec(), Logs(), Shell(), DemoRun(), Test(),
            DelayProcess(), Session(),
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
            GenerationName, Etcd3Site, Servers,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var phases = Phases.OnConsole();
            var plan = PlanOf(parsed);
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

    private static Command Kill()
    {
        var target = Target();
        return OnLab(new Command("kill", "Cuts the power of a host or a site.") { target },
            (lab, parsed, cancellation) => lab.KillAsync(parsed.GetRequiredValue(target), cancellation));
    }

    private static Command Start()
    {
        var target = Target();
        return OnLab(new Command("start", "Powers on a host or a site, and waits until it has booted.") { target },
            (lab, parsed, cancellation) => lab.StartAsync(parsed.GetRequiredValue(target), cancellation));
    }

    private static Command Cut()
    {
        var site = new Argument<string>("site") { Description = "One site." };
        var other = new Argument<string>("other") { Description = "The other." };
        return OnLab(new Command("cut", "Drops every packet between two sites, without a word; the operator still reaches both.") { site, other },
            (lab, parsed, cancellation) => lab.CutAsync(parsed.GetRequiredValue(site), parsed.GetRequiredValue(other), cancellation));
    }

    private static Command Heal() => OnLab(new Command("heal", "Undoes every cut."), (lab, _, cancellation) => lab.HealAsync(cancellation));

    private static Command Delay()
    {
        var milliseconds = new Argument<int>("ms") { Description = "Milliseconds; 0 ends it." };
        return OnLab(new Command("delay", "Makes every packet between sites take so many milliseconds longer, each way.") { milliseconds },
            (lab, parsed, cancellation) => lab.DelayAsync(TimeSpan.FromMilliseconds(parsed.GetRequiredValue(milliseconds)), cancellation));
    }

    private static Command Hang()
    {
        var host = HostName();
        return OnLab(new Command("hang", "Stops a host's sshd in mid-flight: it accepts and never answers.") { host },
            (lab, parsed, _) => lab.HangAsync(parsed.GetRequiredValue(host)));
    }

    private static Command Resume()
    {
        var host = HostName();
        return OnLab(new Command("resume", "Lets a hung sshd go on.") { host },
            (lab, parsed, _) => lab.ResumeAsync(parsed.GetRequiredValue(host)));
    }

    private static Command S3()
    {
        var stop = new Option<bool>("--stop") { Description = "Ends it; what it holds stays until the lab is reset." };
        var command = new Command("s3", "Starts an S3 server on the lab's network, over TLS, and says how a repository is kept in it.") { stop };
        command.SetAction(async (parsed, cancellation) =>
        {
            var lab = TwoSiteLab.Open(parsed.GetValue(Name)!);
            if (parsed.GetValue(stop))
            {
                await lab.StopS3Async(cancellation);
                return 0;
            }

            await lab.ObjectStore.StartAsync(Phases.OnConsole(), cancellation);
            Console.WriteLine($"https://{LabS3.Host}:{LabS3.Port}, bucket {LabS3.Bucket} by path, region {LabS3.Region}, key {LabS3.Key}, secret {LabS3.KeySecret}, authority {LabS3.CaFile} on each host");
            return 0;
        });
        return command;
    }

    private static Command Logs()
    {
        var host = HostName();
        var unit = new Argument<string?>("unit") { Description = "A unit's name, as systemctl has it; all units by default.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("logs", "Shows a host's journal since its boot; of a host that is off, the end of its console.") { host, unit };
        command.SetAction(async (parsed, cancellation) =>
        {
            var machine = TwoSiteLab.Open(parsed.GetValue(Name)!).Machine(parsed.GetRequiredValue(host));
            if (!machine.IsRunning)
            {
                Console.WriteLine(machine.ConsoleTail());
                return 0;
            }

            string[] ofUnit = parsed.GetValue(unit) is { } name ? ["--unit", name] : [];
            return await machine.Command(["journalctl", "--no-pager", "--boot", .. ofUnit], Timeout.InfiniteTimeSpan).RunAttachedAsync(cancellation);
        });
        return command;
    }

    private static Command Shell()
    {
        var command = new Command("shell", "Opens PowerShell on the lab's network, with the module imported and connected; pwsh where there is one.");
        command.SetAction((parsed, cancellation) => Demo.ShellAsync(TwoSiteLab.Open(parsed.GetValue(Name)!), cancellation));
        return command;
    }

    private static Command DemoRun()
    {
        var script = new Option<string>("--script")
        {
            Description = "The script to run.",
            DefaultValueFactory = _ => Repository.In(Demo.DefaultScript),
        };
        var command = new Command("demo", "Builds the module, brings the lab up, and backs it up before your eyes; from nothing, in a few minutes.")
        {
            script, GenerationName, Etcd3Site, Servers,
        };
        command.SetAction((parsed, cancellation) => Demo.RunAsync(PlanOf(parsed), parsed.GetValue(script)!, cancellation));
        return command;
    }

    private static Command Test()
    {
        var all = new Option<bool>("--all") { Description = "The whole campaign: every disaster, for hours." };
        var filter = new Option<string?>("--filter") { Description = "Only these xunit tests, as dotnet test takes it." };
        var command = new Command("test", "Builds everything and runs every test suite, those of the lab on a fresh lab named test.") { all, filter };
        command.SetAction((parsed, cancellation) => new TestRun(parsed.GetValue(all), parsed.GetValue(filter), cancellation).RunAsync());
        return command;
    }

    /// <summary>The inner half of shell and demo, inside the lab's network; not for people.</summary>
    private static Command Session()
    {
        var script = new Option<string?>("--script");
        var command = new Command("session") { script };
        command.Hidden = true;
        command.SetAction(parsed => Demo.RunSession(TwoSiteLab.Open(parsed.GetValue(Name)!), parsed.GetValue(script)));
        return command;
    }

    private static LabPlan PlanOf(ParseResult parsed) =>
        new(parsed.GetValue(Name)!, Generation.Find(parsed.GetValue(GenerationName)!), parsed.GetValue(Etcd3Site)!, parsed.GetValue(Servers));

    /// <summary>What delay leaves running; not for people.</summary>
    private static Command DelayProcess()
    {
        var milliseconds = new Argument<int>("ms");
        var command = OnLab(new Command("delay-line") { milliseconds },
            (lab, parsed, cancellation) => lab.DelayLine.RunAsync(TimeSpan.FromMilliseconds(parsed.GetRequiredValue(milliseconds)), cancellation));
        command.Hidden = true;
        return command;
    }

    private static Command OnLab(Command command, Func<TwoSiteLab, ParseResult, CancellationToken, Task> act)
    {
        command.SetAction(async (parsed, cancellation) =>
        {
            await act(TwoSiteLab.Open(parsed.GetValue(Name)!), parsed, cancellation);
            return 0;
        });
        return command;
    }

    private static Argument<string> HostName() => new("host") { Description = "A host's name." };

    private static Argument<string> Target() => new("host-or-site") { Description = "A host's name, or a site's: A, B or C." };

    private static Command Exec()
    {
        var host = HostName();
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
