using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Lab;

namespace ZabbixDR.Benchmarks;

/// <summary>P9: a stream out of a node, many commands on one, and one command on many, against OpenSSH's client, on a lab that is up.</summary>
internal static class NodeBenchmark
{
    public const string Child = "reach";
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
            var commands = await FightAsync(
                lab, $"{Commands} commands on one node, {rounds} pairs", 0.6, rounds,
                $"{multiplexed} -M -f -N {address} && for i in $(seq {Commands}); do {multiplexed} {address} true || exit; done; {multiplexed} -O exit {address}", lab.TopologyFile, "commands");
            var nodes = await FightAsync(
                lab, $"a command on {Nodes} nodes at once, {rounds} pairs", 1.0, rounds,
                $"for address in {string.Join(' ', addresses)}; do {ssh} $address true & done; wait", many, "nodes");
            return stream && commands && nodes;
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
                for (var number = 0; number < Commands; number++)
                {
                    await session.Nodes.Get(Node).RunAsync(new ObservingCommand("true"), CancellationToken.None);
                }

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

    private static async Task<bool> FightAsync(TwoSiteLab lab, string title, double goal, int rounds, string rival, string topology, string what)
    {
        Console.WriteLine($"P9: {title}");
        string[] inside = ["nsenter", $"--net=/run/netns/{lab.NetworkNamespace}", "--"];
        var duel = new Duel(
            new Candidate("OpenSSH", [.. inside, "sh", "-c", rival]),
            new Candidate("our engine", [.. inside, Candidate.ThisProgram, Child, topology, what]));
        var pairs = await duel.FightAsync(rounds);
        duel.Print(pairs);
        var ratio = Duel.Row("time, ours / OpenSSH's", pairs.Select(pair => pair.Ours.Elapsed / pair.Base.Elapsed));
        return Duel.Judge($"at most {goal:0.0} of OpenSSH's time (median of the pairs)", ratio <= goal);
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
