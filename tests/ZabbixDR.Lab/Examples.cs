using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace ZabbixDR.Lab;

/// <summary>Ends each command's help with examples.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByCommand = new()
    {
        [""] = ["demo", "up", "exec pg-siteA -- patronictl -c /etc/patroni/config.yml list", "kill pg-siteA", "reset"],
        ["up"] = ["up", "up --generation bookworm --name old", "up --etcd3 C --name three"],
        ["down"] = ["down", "down --name old", "down --all"],
        ["status"] = ["status"],
        ["reset"] = ["reset"],
        ["kill"] = ["kill pg-siteA", "kill A"],
        ["start"] = ["start pg-siteA", "start A"],
        ["cut"] = ["cut A B"],
        ["heal"] = ["heal"],
        ["delay"] = ["delay 40", "delay 0"],
        ["hang"] = ["hang pg-siteB"],
        ["resume"] = ["resume pg-siteB"],
        ["s3"] = ["s3", "s3 --stop"],
        ["logs"] = ["logs pg-siteA patroni", "logs etcd-1"],
        ["shell"] = ["shell"],
        ["demo"] = ["demo", "demo --script my-script.ps1"],
        ["test"] = ["test", "test --filter FullyQualifiedName~Snapshot", "test --all"],
        ["exec"] = ["exec etcd-1 -- etcdctl member list", "exec pg-siteA -- bash"],
    };

    public static void ShowIn(RootCommand root)
    {
        if (root.Options.OfType<HelpOption>().Single() is { Action: HelpAction action } help) help.Action = new WithExamples(action);
    }

    private sealed class WithExamples(HelpAction help) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = help.Invoke(parseResult);
            var command = parseResult.CommandResult.Command;
            var lines = ByCommand.GetValueOrDefault(command is RootCommand ? "" : command.Name, []);
            parseResult.InvocationConfiguration.Output.WriteLine("Examples, after dotnet run --project tests/ZabbixDR.Lab --:");
            foreach (var line in lines) parseResult.InvocationConfiguration.Output.WriteLine("  " + line);
            return result;
        }
    }
}
