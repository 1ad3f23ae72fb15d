using System.Diagnostics;
using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Lab;

namespace ZabbixDR.Benchmarks;

/// <summary>P9: a stream out of a node, many commands on one, and one command on many, against OpenSSH's client, on a lab that is up.</summary>
internal static class NodeBenchmark
{
    public const string Child = "reach";
    public const string Running = "reach-running";
    private const string Node = "etcd-1";
    private const int Commands = 50;
    private const int Nodes = 20;
    private static readonly string s_bytes = $"{1L << 30}";

    public static async Task<bool> RunAsync(int rounds)
    {
        var lab = TwoSiteLab.Open(Environment.GetEnvironmentVariable("ZABBIXDR_LAB") ?? "default");
        var many = await ManyNodesAsync(lab);
        try
        {
            var address = lab.Hosts.Single(host => host.Name == Node).Address;
            var control = Path.Combine(lab.OperatorFolder, "bench.ctl");
            var ssh = $"ssh -F none -i {lab.OperatorFolder}/id_ed25519 -o UserKnownHostsFile={lab.OperatorFolder}/known_hosts -o BatchMode=yes -l zabbixdr";
            var multiplexed = $"{ssh} -S {control}";
            var addresses = Enumerable.Range(0, Nodes).Select(number => lab.Hosts[number % lab.Hosts.Count].Address);
            var stream = await FightAsync(
                lab, $"1 GiB out of a node, {rounds} pairs", 1.1, rounds,
                $"{ssh} {address} head -c {s_bytes} /dev/zero >/dev/null", lab.TopologyFile, "stream");
            await FightAsync(
                lab, $"{Commands} commands on one node with the runtime's start and the login (not a goal), {rounds} pairs", null, rounds,
                $"{multiplexed} -M -f -N {address} && {CommandsOver(multiplexed, address)}; {multiplexed} -O exit {address}", lab.TopologyFile, "commands");
            var running = await FightRunningAsync(lab, rounds, multiplexed, address);
            var nodes = await FightAsync(
                lab, $"a command on {Nodes} nodes at once, {rounds} pairs", 1.0, rounds,
                $"for address in {string.Join(' ', addresses)}; do {ssh} $address true & done; wait", many, "nodes");
            return stream && running && nodes;
        }
        finally
        {
            File.Delete(many);
        }
    }

    /// <summary>The candidate: what a cmdlet's engine does, without the shell.</summary>
    public static async Task<int> ReachAsync(string topology, string what)
    {
        await using var session = DeploymentSession.Open(topology, new SessionAccess());
        switch (what)
        {
            case "stream":
                var command = new ObservingCommand("head", "-c", s_bytes, "/dev/zero") { TimeLimit = TimeSpan.FromMinutes(2) };
                await session.Nodes.Get(Node).RunAsync(command, Stream.Null, CancellationToken.None);
                break;
            case "commands":
                await RunCommandsAsync(session);
                break;
            default:
                await foreach (var outcome in session.Nodes.All.ForEachAsync((node, stop) => node.RunAsync(new ObservingCommand("true"), stop), Nodes, CancellationToken.None))
                {
                    _ = outcome.Failure is { } failure ? throw failure : outcome.Value;
                }

                break;
        }

        return 0;
    }

    /// <summary>
    /// The module lives in a PowerShell that runs: one command after the other on a connection that stands, against <c>ssh</c> as often over
    /// a control master that stands. Prints the rows, and the median ratio as its last line.
    /// </summary>
    public static async Task<int> ReachRunningAsync(string topology, int rounds, string commands)
    {
        await using var session = DeploymentSession.Open(topology, new SessionAccess());
        var pairs = new List<(double Base, double Ours)>();
        for (var round = 0; round <= rounds; round++)
        {
            var theirs = round % 2 == 0 ? await TimeAsync(() => new Candidate("ssh", ["sh", "-c", commands]).RunAsync()) : 0;
            var ours = await TimeAsync(() => RunCommandsAsync(session));
            pairs.Add((round % 2 == 0 ? theirs : await TimeAsync(() => new Candidate("ssh", ["sh", "-c", commands]).RunAsync()), ours));
        }

        pairs.RemoveAt(0);
        Duel.Row("OpenSSH multiplexed, s", pairs.Select(pair => pair.Base));
        Duel.Row("our engine, s", pairs.Select(pair => pair.Ours));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Duel.Row("time, ours / OpenSSH's", pairs.Select(pair => pair.Ours / pair.Base)):0.000}"));
        return 0;
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var clock = Stopwatch.StartNew();
        await work();
        return clock.Elapsed.TotalSeconds;
    }

    private static async Task RunCommandsAsync(DeploymentSession session)
    {
        for (var number = 0; number < Commands; number++)
        {
            await session.Nodes.Get(Node).RunAsync(new ObservingCommand("true"), CancellationToken.None);
        }
    }

    private static string CommandsOver(string ssh, string address) => $"for i in $(seq {Commands}); do {ssh} {address} true || exit; done";

    private static async Task<bool> FightRunningAsync(TwoSiteLab lab, int rounds, string multiplexed, string address)
    {
        Console.WriteLine($"P9: {Commands} commands on one node, connections standing, {rounds} pairs");
        string[] inside = ["nsenter", $"--net=/run/netns/{lab.NetworkNamespace}", "--"];
        await new Candidate("the control master", [.. inside, "sh", "-c", $"{multiplexed} -M -f -N {address} >/dev/null 2>&1"]).RunAsync();
        try
        {
            var child = await new Candidate("our engine", [.. inside, Candidate.ThisProgram, Running, lab.TopologyFile, $"{rounds}", CommandsOver(multiplexed, address)]).RunAsync();
            var lines = child.Output.TrimEnd().Split('\n');
            Console.WriteLine(string.Join('\n', lines[..^1]));
            return Duel.Judge("at most 0.6 of OpenSSH's time (median of the pairs)", double.Parse(lines[^1], CultureInfo.InvariantCulture) <= 0.6);
        }
        finally
        {
            await new Candidate("the control master", [.. inside, "sh", "-c", $"{multiplexed} -O exit {address}"]).RunAsync();
        }
    }

    private static async Task<bool> FightAsync(TwoSiteLab lab, string title, double? goal, int rounds, string rival, string topology, string what)
    {
        Console.WriteLine($"P9: {title}");
        string[] inside = ["nsenter", $"--net=/run/netns/{lab.NetworkNamespace}", "--"];
        var duel = new Duel(
            new Candidate("OpenSSH", [.. inside, "sh", "-c", rival]),
            new Candidate("our engine", [.. inside, Candidate.ThisProgram, Child, topology, what]));
        var pairs = await duel.FightAsync(rounds);
        duel.Print(pairs);
        var ratio = Duel.Row("time, ours / OpenSSH's", pairs.Select(pair => pair.Ours.Elapsed / pair.Base.Elapsed));
        return goal is null || Duel.Judge($"at most {goal:0.0} of OpenSSH's time (median of the pairs)", ratio <= goal);
    }

    // More names than the lab has hosts: each name is a connection of its own.
    private static async Task<string> ManyNodesAsync(TwoSiteLab lab)
    {
        var file = Path.Combine(lab.OperatorFolder, "bench.yaml");
        var nodes = Enumerable.Range(0, Nodes).Select(number => lab.Hosts[number % lab.Hosts.Count])
            .Select((host, number) => $"  node-{number}: {{ site: A, address: {host.Address}, roles: [scratch] }}");
        await File.WriteAllTextAsync(
            file,
            $"""
            version: 1
            name: bench
            access: {"{"} user: zabbixdr, identityFile: id_ed25519, knownHostsFile: known_hosts, sshConfigFile: none {"}"}
            sites: {"{"} A: {"{}"} {"}"}
            nodes:
            {string.Join('\n', nodes)}

            """);
        return file;
    }
}
