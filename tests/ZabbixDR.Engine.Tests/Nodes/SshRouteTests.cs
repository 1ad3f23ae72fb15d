using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Ssh;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class SshRouteTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("zdr-route").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void What_the_topology_says_wins()
    {
        var access = Access("User other\nPort 2222\nIdentityFile /other\nUserKnownHostsFile /other\nConnectTimeout 99") with
        {
            User = "zabbixdr",
            IdentityFile = "/keys/100%h",
            KnownHostsFile = "/known",
            ConnectTimeout = TimeSpan.FromSeconds(3),
        };

        var target = SshRoute.To(Node("web", 23), access, new SessionAccess());

        Assert.Equal(("web", 23, "zabbixdr", TimeSpan.FromSeconds(3)), (target.Address, target.Port, target.User, target.ConnectTimeout));
        Assert.Equal(["/keys/100%h"], target.IdentityFiles);
        Assert.Equal(["/known"], target.KnownHostsFiles);
    }

    [Fact]
    public void What_nobody_says_is_as_ssh_does_by_default()
    {
        var target = SshRoute.To(Node("web"), new AccessSettings { SshConfigFile = AccessSettings.NoSshConfig }, new SessionAccess());

        Assert.Equal(("web", 22, Environment.UserName, TimeSpan.FromSeconds(10)), (target.Address, target.Port, target.User, target.ConnectTimeout));
        Assert.Contains(Path.Combine(SshTokens.Home, ".ssh", "id_ed25519"), target.IdentityFiles);
        Assert.Equal(Path.Combine(SshTokens.Home, ".ssh", "known_hosts"), target.KnownHostsFiles[0]);
    }

    [Fact]
    public void Jump_hosts_are_a_chain_each_with_its_own_part_of_the_file()
    {
        var access = Access("Host web\n ProxyJump ops@one:2222,two\nHost two\n HostName 10.0.0.2\n HostKeyAlias second\n ProxyJump never\nHost one\n ProxyJump zero\n IdentityFile /one") with
        {
            User = "zabbixdr",
            IdentityFile = "/key",
            KnownHostsFile = "/known",
        };

        var web = SshRoute.To(Node("web"), access, new SessionAccess());
        var two = web.Through!;
        var one = two.Through!;
        var zero = one.Through!;

        Assert.Equal(("10.0.0.2", 22, "zabbixdr", "/key"), (two.Address, two.Port, two.User, Assert.Single(two.IdentityFiles)));
        Assert.Equal(("second", 22), two.KnownAs);
        Assert.Equal(("one", 2222, "ops", "/one"), (one.Address, one.Port, one.User, Assert.Single(one.IdentityFiles)));
        Assert.Equal("zero", zero.Address);
        Assert.Null(zero.Through);
        Assert.All([two, one, zero], jump => Assert.Equal(["/known"], jump.KnownHostsFiles));
    }

    [Theory]
    [InlineData("ProxyJump loop", "config:1", "in a circle")]
    [InlineData("ProxyJump -oProxyCommand=evil", "config:1", "user@host:port")]
    [InlineData("ProxyCommand nc %h %p", "config:1", "ProxyCommand, which is not supported")]
    [InlineData("Match host web\nUser ops", "config:2", "Match host web")]
    [InlineData("Match exec true\nInclude x", "config:2", "Match exec true")]
    [InlineData("Include /etc/[open", "config:1", "a pattern of files")]
    [InlineData("HostName %x", "config:1", "%x")]
    [InlineData("IdentityFile ~bob/key", "config:1", "another user's home")]
    [InlineData("IdentityFile ${ZDR_NOT_SET}/key", "config:1", "${ZDR_NOT_SET}")]
    public void What_cannot_be_followed_is_refused_with_file_and_line(string config, string place, string reason)
    {
        var refusal = Assert.Throws<DrException>(() => SshRoute.To(Node("web"), Access(config), new SessionAccess()));

        Assert.Contains(place, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("User ops\nMatch host web\nUser other")]
    [InlineData("User ops\nMatch exec true\nForwardAgent yes")]
    [InlineData("User ops\nHost other\nPort nonsense")]
    [InlineData("User ops\nProxyCommand none\nProxyJump never")]
    [InlineData("User ops\nUnheardOf of anything")]
    public void What_cannot_change_the_outcome_is_passed_over(string config)
    {
        var target = SshRoute.To(Node("web"), Access(config), new SessionAccess());

        Assert.Equal("ops", target.User);
        Assert.Null(target.Through);
    }

    [Fact]
    public void A_file_that_others_may_write_is_refused()
    {
        var access = Access("User ops");
        File.SetUnixFileMode(access.SshConfigFile!, UnixFileMode.UserRead | UnixFileMode.OtherWrite);

        Assert.Equal("SshConfigUnsafe", Assert.Throws<DrException>(() => SshRoute.To(Node("web"), access, new SessionAccess())).Id);
    }

    [Fact]
    public void A_file_that_is_named_must_be_there()
    {
        var access = new AccessSettings { SshConfigFile = Path.Combine(_folder, "nowhere") };

        var unreadable = Assert.Throws<DrException>(() => SshRoute.To(Node("web"), access, new SessionAccess()));
        Assert.Equal(("SshConfigUnreadable", Node("web").Name), (unreadable.Id, unreadable.Node));
    }

    [Fact]
    public void A_file_that_includes_itself_is_refused()
    {
        var access = Access($"Include {_folder}/config");

        Assert.Equal("SshConfigIncludesTooDeep", Assert.Throws<DrException>(() => SshRoute.To(Node("web"), access, new SessionAccess())).Id);
    }

    private static DrTopologyNode Node(string address, int? port = null) => new("node", "A", address, port, []);

    private AccessSettings Access(string config)
    {
        var file = Path.Combine(_folder, "config");
        File.WriteAllText(file, config + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return new AccessSettings { SshConfigFile = file };
    }
}
