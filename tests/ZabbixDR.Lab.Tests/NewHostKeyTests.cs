namespace ZabbixDR.Lab.Tests;

/// <summary>Connect-DrDeployment -AcceptNewHostKey, judged by ssh-keygen and ssh themselves.</summary>
[Collection(LabTestGroup.Name)]
public sealed class NewHostKeyTests(LabFixture fixture) : IDisposable
{
    private readonly string _folder = Path.Combine(fixture.Lab.OperatorFolder, $"trust-{Guid.NewGuid():N}");

    private string KnownHosts => Path.Combine(_folder, "known_hosts");

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task New_keys_of_all_hosts_are_recorded_told_and_trusted_by_ssh()
    {
        using var session = Connect("-AcceptNewHostKey");

        var run = session.Run("Get-DrNode").Require();

        Assert.All(run.As<DrNode>(), node => Assert.Equal((NodeState.Reachable, null), (node.State, node.Reason)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KnownHosts));
        Assert.Equal(fixture.Lab.Hosts.Count, File.ReadAllLines(KnownHosts).Length);
        foreach (var host in fixture.Lab.Hosts)
        {
            var found = await new ExternalCommand("ssh-keygen", "-l", "-F", host.Address, "-f", KnownHosts).RunCheckedAsync();
            var fingerprint = found.Output.Split(' ', '\n').Single(word => word.StartsWith("SHA256:", StringComparison.Ordinal));
            Assert.Contains(run.Warnings, warning => warning.Contains($"{host.Name}: the ssh-ed25519 key {fingerprint}", StringComparison.Ordinal));
        }

        Assert.Equal("zbx-siteA", (await SshAsync("zbx-siteA")).Output.Trim());
        Assert.Empty(session.Run("Get-DrNode").Require().Warnings);
    }

    [Fact]
    public async Task A_file_whose_names_are_hashed_keeps_them_hidden_and_its_open_last_line()
    {
        Directory.CreateDirectory(_folder);
        await File.WriteAllTextAsync(KnownHosts, File.ReadLines(Path.Combine(fixture.Lab.OperatorFolder, "known_hosts")).First());
        await new ExternalCommand("ssh-keygen", "-H", "-f", KnownHosts).RunCheckedAsync();
        await File.WriteAllTextAsync(KnownHosts, (await File.ReadAllTextAsync(KnownHosts)).TrimEnd('\n'));
        using var session = Connect("-AcceptNewHostKey");

        session.Run("Get-DrNode zbx-siteA").Require();

        Assert.All(File.ReadAllLines(KnownHosts), line => Assert.StartsWith("|1|", line, StringComparison.Ordinal));
        Assert.Equal(2, File.ReadAllLines(KnownHosts).Length);
        await new ExternalCommand("ssh-keygen", "-F", Address("zbx-siteA"), "-f", KnownHosts).RunCheckedAsync();
        Assert.Equal("zbx-siteA", (await SshAsync("zbx-siteA")).Output.Trim());
    }

    [Theory]
    [InlineData("", "has another")]
    [InlineData("@revoked ", "revokes")]
    public void A_key_that_is_not_new_is_refused_all_the_same(string marker, string reason)
    {
        Directory.CreateDirectory(_folder);
        var file = marker.Length == 0 ? "known_hosts.changed" : "known_hosts";
        var line = File.ReadLines(Path.Combine(fixture.Lab.OperatorFolder, file)).Single(line => line.StartsWith(Address("pg-siteB") + " ", StringComparison.Ordinal));
        File.WriteAllText(KnownHosts, $"{marker}{line}\n");
        using var session = Connect("-AcceptNewHostKey");

        var run = session.Run("Get-DrNode pg-siteB").Require();

        var node = Assert.Single(run.As<DrNode>());
        Assert.Equal(NodeState.Refused, node.State);
        Assert.Contains($"{KnownHosts}:1 {reason}", node.Reason, StringComparison.Ordinal);
        Assert.Empty(run.Warnings);
        Assert.Equal($"{marker}{line}\n", File.ReadAllText(KnownHosts));
    }

    [Fact]
    public async Task A_jump_hosts_new_key_is_recorded_once_for_all_behind_it()
    {
        Directory.CreateDirectory(_folder);
        var config = Path.Combine(_folder, "config");
        await File.WriteAllTextAsync(config, $"Host {Address("zbx-siteA")} {Address("zbx-siteB")} {Address("pg-siteA")} {Address("pg-siteB")}\n  ProxyJump {Address("etcd-1")}\n");
        File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var session = Connect("-AcceptNewHostKey", $"\n  sshConfigFile: {config}");

        var run = session.Run("Get-DrNode zbx-*, pg-*").Require();

        Assert.All(run.As<DrNode>(), node => Assert.Equal((NodeState.Reachable, null), (node.State, node.Reason)));
        Assert.Equal(5, File.ReadAllLines(KnownHosts).Length);
        Assert.Equal(5, run.Warnings.Count);
        Assert.Single(run.Warnings, warning => warning.Contains($"of the jump host {Address("etcd-1")}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_on_another_port_is_recorded_by_its_port_too()
    {
        const string Start = "ssh-keygen -q -t ed25519 -N '' -f /run/other_key; systemd-run -q --unit=other-sshd --service-type=notify /usr/sbin/sshd -D -p 2222 -h /run/other_key";
        await fixture.Lab.ExecCheckedAsync("etcd-1", "sh", "-ec", Start);
        try
        {
            using var session = Connect("-AcceptNewHostKey", "", $"address: {Address("etcd-1")}\n", $"address: {Address("etcd-1")}\n    sshPort: 2222\n");

            var run = session.Run("Get-DrNode etcd-1").Require();

            Assert.Equal(NodeState.Reachable, Assert.Single(run.As<DrNode>()).State);
            var key = (await fixture.Lab.ExecCheckedAsync("etcd-1", "ssh-keygen", "-l", "-f", "/run/other_key")).Output.Split(' ')[1];
            Assert.Contains(key, Assert.Single(run.Warnings), StringComparison.Ordinal);
            Assert.Contains(key, (await new ExternalCommand("ssh-keygen", "-l", "-F", $"[{Address("etcd-1")}]:2222", "-f", KnownHosts).RunCheckedAsync()).Output, StringComparison.Ordinal);
            Assert.Equal(1, (await new ExternalCommand("ssh-keygen", "-F", Address("etcd-1"), "-f", KnownHosts).RunAsync()).ExitCode);
            Assert.Equal("etcd-1", (await SshAsync("etcd-1", 2222)).Output.Trim());
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("etcd-1", "sh", "-c", "systemctl stop other-sshd; rm -f /run/other_key*");
        }
    }

    [Fact]
    public void Without_the_switch_a_new_key_is_refused_with_the_way_out()
    {
        using var session = Connect("");

        var node = Assert.Single(session.Run("Get-DrNode etcd-1").Require().As<DrNode>());

        Assert.Equal(NodeState.Refused, node.State);
        Assert.Contains("-AcceptNewHostKey", node.Reason, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder));
    }

    private ModuleSession Connect(string parameters, string more = "", params string[] replaced)
    {
        var session = ModuleSession.Open();
        var topology = fixture.TopologyWith(["knownHostsFile: known_hosts", $"knownHostsFile: {KnownHosts}{more}", .. replaced]);
        session.Run($"param($t) Connect-DrDeployment $t {parameters}", topology).Require();
        return session;
    }

    private Task<CommandOutcome> SshAsync(string host, int port = 22) => new ExternalCommand(
        "ssh", "-F", "none", "-p", $"{port}", "-i", Path.Combine(fixture.Lab.OperatorFolder, "id_ed25519"), "-o", "BatchMode=yes", "-o", "StrictHostKeyChecking=yes",
        "-o", $"UserKnownHostsFile={KnownHosts}", "-o", "GlobalKnownHostsFile=none", $"zabbixdr@{Address(host)}", "uname", "-n").RunCheckedAsync();

    private string Address(string host) => fixture.Lab.Plan.Host(host).Address;
}
