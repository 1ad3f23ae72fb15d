using System.Diagnostics;

namespace ZabbixDR.Lab.Tests;

/// <summary>Nodes that are reached as ssh_config(5) says.</summary>
[Collection(LabTestGroup.Name)]
public sealed class SshConfigTests(LabFixture fixture) : IDisposable
{
    private const string Node = "zbx-siteB";
    private const string Jump = "etcd-1";
    private readonly string _config = Path.Combine(fixture.Lab.OperatorFolder, "ssh_config");
    private readonly string _knownHosts = Path.Combine(fixture.Lab.OperatorFolder, "known_hosts.some");

    public void Dispose()
    {
        File.Delete(_config);
        File.Delete(_knownHosts);
    }

    [Fact]
    public async Task A_node_is_reached_by_its_Host_of_ssh_config_with_all_that_stands_there()
    {
        var node = Look($"""
            Host zabbix-b
              HostName {Address(Node)}
              User zabbixdr
              IdentityFile {fixture.Lab.OperatorFolder}/id_ed25519
              UserKnownHostsFile {fixture.Lab.OperatorFolder}/known_hosts
            """);

        Assert.Equal((NodeState.Reachable, null), (node.State, node.Reason));
        Assert.Equal((await fixture.Lab.ExecCheckedAsync(Node, "uname", "-n")).Output.Trim(), node.HostName);
    }

    [Fact]
    public async Task A_node_behind_a_jump_host_is_reached_from_there()
    {
        var since = await NowAsync(Node);

        var node = Look(Behind(Jump));

        Assert.Equal((NodeState.Reachable, null), (node.State, node.Reason));
        Assert.Equal([Address(Jump)], await LoginsAsync(Node, since));
    }

    [Fact]
    public async Task Two_jump_hosts_are_a_chain()
    {
        var since = await NowAsync(Node);

        var node = Look(Behind($"etcd-1-alias,{Address("etcd-2")}") + $"\nHost etcd-1-alias\n  HostName {Address(Jump)}");

        Assert.Equal((NodeState.Reachable, null), (node.State, node.Reason));
        Assert.Equal([Address("etcd-2")], await LoginsAsync(Node, since));
        Assert.Contains(Address(Jump), await LoginsAsync("etcd-2", since));
    }

    [Fact]
    public async Task A_jump_host_whose_key_is_unknown_is_refused_and_nothing_goes_through_it()
    {
        await File.WriteAllLinesAsync(_knownHosts, KnownHosts().Where(line => !line.StartsWith(Address(Jump) + " ", StringComparison.Ordinal)));
        var since = await NowAsync(Node);

        var node = Look(Behind(Jump), _knownHosts);

        Assert.Equal(NodeState.Refused, node.State);
        Assert.Matches($@"the jump host {Address(Jump)} showed the ssh-ed25519 key SHA256:\S{{43}}, and \S+known_hosts\.some has no key of {Address(Jump)}", node.Reason);
        Assert.Empty(await LoginsAsync(Node, since));
    }

    [Fact]
    public async Task Behind_a_jump_host_the_nodes_own_key_is_verified()
    {
        // The key of this end of the forward is there too: it must not count.
        var own = KnownHosts().Single(line => line.StartsWith(Address(Node) + " ", StringComparison.Ordinal));
        await File.WriteAllLinesAsync(
            _knownHosts,
            [.. KnownHosts().Where(line => line != own), own.Replace(Address(Node), "127.0.0.1,[127.0.0.1]:*", StringComparison.Ordinal)]);
        var since = await NowAsync(Node);

        var node = Look(Behind(Jump), _knownHosts);

        Assert.Equal(NodeState.Refused, node.State);
        Assert.Contains($"has no key of {Address(Node)}", node.Reason, StringComparison.Ordinal);
        Assert.Empty(await LoginsAsync(Node, since));
    }

    [Fact]
    public void A_jump_host_that_cannot_reach_the_node_is_named()
    {
        var node = Look(Behind(Jump).Replace(Address(Node), $"{Address(Node)}\n  Port 9", StringComparison.Ordinal));

        Assert.Equal(NodeState.Unreachable, node.State);
        Assert.Contains($"Connecting to {Address(Node)} port 9 through {Address(Jump)}", node.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_that_hangs_behind_a_jump_host_costs_its_own_limit()
    {
        await fixture.Lab.HangAsync(Node);
        try
        {
            LookInVain();
        }
        finally
        {
            await fixture.Lab.ResumeAsync(Node);
        }
    }

    [Fact]
    public async Task A_node_whose_packets_to_the_jump_host_are_lost_costs_its_own_limit()
    {
        // Looked at first, so that the jump host knows where the node is: while it asks for that, it says after 3 s of its own that
        // there is no route.
        Assert.Equal(NodeState.Reachable, Look(Behind(Jump)).State);
        await fixture.Lab.ExecCheckedAsync(Node, "ip", "route", "add", "blackhole", Address(Jump));
        try
        {
            LookInVain();
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(Node, "ip", "route", "del", "blackhole", Address(Jump));
        }
    }

    private void LookInVain()
    {
        var clock = Stopwatch.StartNew();
        var node = Look(Behind(Jump) + "\n  ConnectTimeout 3");

        Assert.Equal(NodeState.Unreachable, node.State);
        Assert.StartsWith($"Connecting to {Address(Node)} port 22 through {Address(Jump)} on {Node} failed: no answer within 3 s", node.Reason, StringComparison.Ordinal);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"took {clock.Elapsed}");
    }

    private string Behind(string jump) => $"""
        Host zabbix-b
          HostName {Address(Node)}
          ProxyJump {(jump == Jump ? Address(Jump) : jump)}
        Host *
          User zabbixdr
          IdentityFile {fixture.Lab.OperatorFolder}/id_ed25519
        """;

    private DrNode Look(string config, string? knownHosts = null)
    {
        File.WriteAllText(_config, config + "\n");
        File.SetUnixFileMode(_config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        var files = knownHosts is null && config.Contains("UserKnownHostsFile", StringComparison.Ordinal)
            ? ""
            : $"  knownHostsFile: {knownHosts ?? "known_hosts"}\n";
        var topology = fixture.TopologyWith(
            "  user: zabbixdr\n  identityFile: id_ed25519\n  knownHostsFile: known_hosts\n",
            $"  sshConfigFile: ssh_config\n{files}");
        File.WriteAllText(topology, File.ReadAllText(topology).Replace($"address: {Address(Node)}\n", "address: zabbix-b\n", StringComparison.Ordinal));
        return Assert.Single(fixture.Session.Run("param($t, $n) Get-DrNode $n -Topology $t", topology, Node).Require().As<DrNode>());
    }

    private string Address(string host) => fixture.Lab.Plan.Host(host).Address;

    private string[] KnownHosts() => File.ReadAllLines(Path.Combine(fixture.Lab.OperatorFolder, "known_hosts"));

    private async Task<string> NowAsync(string host) => (await fixture.Lab.ExecCheckedAsync(host, "date", "+%s.%N")).Output.Trim();

    // The addresses that sshd itself says logins came from.
    private async Task<string[]> LoginsAsync(string host, string since)
    {
        var journal = await fixture.Lab.ExecCheckedAsync(host, "sh", "-c", $"journalctl --sync; journalctl -q -o cat -t sshd -t sshd-session --since=@{since} --grep='Accepted publickey' || true");
        return [.. journal.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(" from ")[1].Split(' ')[0]).Distinct()];
    }
}
