using System.Diagnostics;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class NodeTests(LabFixture fixture)
{
    [Fact]
    public async Task Every_node_is_reached_and_says_what_it_is()
    {
        var nodes = fixture.Session.Run("Get-DrNode").Require().As<DrNode>();

        Assert.Equal(fixture.Lab.Hosts.Select(host => host.Name), nodes.Select(node => node.Name));
        foreach (var node in nodes)
        {
            Assert.Equal(NodeState.Reachable, node.State);
            Assert.Equal((await fixture.Lab.ExecCheckedAsync(node.Name, "uname", "-n")).Output.Trim(), node.HostName);
            var release = (await fixture.Lab.ExecCheckedAsync(node.Name, "sh", "-c", ". /etc/os-release; echo \"$PRETTY_NAME\"")).Output.Trim();
            Assert.Equal(release, node.OperatingSystem);
        }
    }

    [Fact]
    public async Task A_node_without_power_is_unreachable_and_costs_only_its_own_limit()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 3");
        await fixture.Lab.KillAsync("zbx-siteB");
        try
        {
            var clock = Stopwatch.StartNew();
            var nodes = fixture.Session.Run("param($t) Get-DrNode -Topology $t", topology).Require().As<DrNode>();

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(15), $"took {clock.Elapsed}");
            var dead = Assert.Single(nodes, node => node.State != NodeState.Reachable);
            Assert.Equal("zbx-siteB", dead.Name);
            Assert.Equal(NodeState.Unreachable, dead.State);
            Assert.Contains("zbx-siteB", dead.Reason, StringComparison.Ordinal);
            Assert.Contains("10.77.2.32", dead.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.StartAsync("zbx-siteB");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_under_a_command_that_only_looks_is_made_anew()
    {
        var leader = await fixture.Lab.LeaderAsync();
        const string program = "/usr/bin/pgbackrest";
        const string slow = $"mv {program} {program}.away; printf '#!/bin/sh\ntouch /run/lock/looked; sleep 2; exec {program}.away \"$@\"\n' >{program}; chmod 755 {program}";
        const string breaking = "until [ -e /run/lock/looked ]; do sleep 0.05; done; pkill -KILL -f '^sshd.*: zabbixdr'";
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", slow);
        try
        {
            var asked = Task.Run(() => fixture.Session.Run("Get-PgBackRestBackup -Latest"));
            await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", breaking);

            Assert.Single((await asked).Require().Output);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", $"mv {program}.away {program}; rm -f /run/lock/looked");
        }
    }

    [Fact]
    public async Task A_node_whose_sshd_hangs_is_told_by_its_limit()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 3");
        await fixture.Lab.HangAsync("zbx-siteA");
        try
        {
            var node = Assert.Single(fixture.Session.Run("param($t) Get-DrNode zbx-siteA -Topology $t", topology).Require().As<DrNode>());

            Assert.Equal(NodeState.Unreachable, node.State);
            Assert.Contains("no answer within 3 s", node.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ResumeAsync("zbx-siteA");
        }
    }

    [Fact]
    public async Task A_node_without_an_ssh_server_refuses_and_says_so()
    {
        await fixture.Lab.ExecCheckedAsync("zbx-siteA", "systemctl", "stop", "ssh.socket", "ssh.service");
        try
        {
            var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 3");
            var node = Assert.Single(fixture.Session.Run("param($t) Get-DrNode zbx-siteA -Topology $t", topology).Require().As<DrNode>());

            Assert.Equal(NodeState.Unreachable, node.State);
            Assert.Contains("refused", node.Reason, StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("zbx-siteA", "systemctl", "start", "ssh.service");
        }
    }

    [Fact]
    public void A_key_that_no_host_accepts_is_refused_with_the_way_out()
    {
        var topology = fixture.TopologyWith("identityFile: id_ed25519", "identityFile: id_wrong");

        var nodes = fixture.Session.Run("param($t) Get-DrNode -Topology $t", topology).Require().As<DrNode>();

        Assert.All(nodes, node => Assert.Equal(NodeState.Refused, node.State));
        Assert.All(nodes, node => Assert.Contains("authorized_keys", node.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public void A_changed_host_key_is_refused_with_fingerprint_file_and_line()
    {
        var topology = fixture.TopologyWith("knownHostsFile: known_hosts", "knownHostsFile: known_hosts.changed");

        var node = Assert.Single(fixture.Session.Run("param($t) Get-DrNode pg-siteB -Topology $t", topology).Require().As<DrNode>());

        Assert.Equal(NodeState.Refused, node.State);
        Assert.Matches(@"SHA256:\S{43}, but \S+known_hosts\.changed:\d+ has another", node.Reason);
    }

    [Fact]
    public void An_unknown_host_key_is_refused_and_not_recorded()
    {
        var empty = Path.Combine(fixture.Lab.OperatorFolder, "known_hosts.empty");
        File.WriteAllText(empty, "");
        var topology = fixture.TopologyWith("knownHostsFile: known_hosts", "knownHostsFile: known_hosts.empty");

        var node = Assert.Single(fixture.Session.Run("param($t) Get-DrNode etcd-1 -Topology $t", topology).Require().As<DrNode>());

        Assert.Equal(NodeState.Refused, node.State);
        Assert.Contains("has no key of 10.77.1.11", node.Reason, StringComparison.Ordinal);
        Assert.Equal("", File.ReadAllText(empty));
        File.Delete(empty);
    }
}
