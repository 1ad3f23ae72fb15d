using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Tests.Patroni;

/// <summary>The recorded file is the lab's on pg-siteA, with its passwords replaced: cat /etc/patroni/config.yml.</summary>
public sealed class PatroniFileTests
{
    private static string Recorded(string name) => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Patroni", "Recorded", name));

    [Fact]
    public void A_members_file_gives_its_facts_and_none_of_its_passwords()
    {
        var text = Recorded("config.debian-13.yml");
        var file = PatroniFile.Parse("pg-siteA", "/etc/patroni/config.yml", text);

        Assert.Contains("canary-patroni", text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", file.ToString(), StringComparison.Ordinal);
        Assert.Equal(("zabbix-cluster", "/service", "pg-siteA", 8008), (file.Scope, file.Namespace, file.Name, file.RestPort!.Value));
        Assert.Equal(["10.77.1.11:2379", "10.77.2.12:2379", "10.77.2.13:2379"], file.EtcdHosts);
        Assert.Equal((true, "/etc/patroni/pki/ca.crt", "/etc/patroni/pki/client.crt", "/etc/patroni/pki/client.key", "root"), (file.EtcdUsesTls, file.EtcdCaFile, file.EtcdCertFile, file.EtcdKeyFile, file.EtcdUser));
        Assert.Equal(("/var/lib/postgresql/17/main", 5432, "/var/run/postgresql"), (file.DataDirectory, file.PostgresPort!.Value, file.SocketDirectory));
    }

    [Theory]
    [InlineData("scope: x\nname: [unclosed\n  password: canary")]
    [InlineData("canary")]
    [InlineData("a: b\n\tpassword: canary")]
    public void A_file_that_cannot_be_read_is_told_by_its_place_and_not_quoted(string text)
    {
        var error = Assert.Throws<DrException>(() => PatroniFile.Parse("pg-siteA", "/etc/patroni/config.yml", text));

        Assert.Equal(("PatroniFileUnreadable", "pg-siteA"), (error.Id, error.Node));
        Assert.DoesNotContain("canary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hosts_of_etcd_may_be_a_list() =>
        Assert.Equal(["a:1", "b:2"], PatroniFile.Parse("n", "/p", "etcd:\n  hosts: [a:1, b:2]").EtcdHosts);

    [Theory]
    [InlineData("10.0.0.1:2379", "10.0.0.1", 2379)]
    [InlineData("https://etcd-1.example:2379", "etcd-1.example", 2379)]
    [InlineData("[fd00::1]:2379", "fd00::1", 2379)]
    [InlineData("etcd-1", "etcd-1", null)]
    [InlineData(null, null, null)]
    public void An_address_is_taken_apart(string? text, string? host, int? port) => Assert.Equal((host, port), PatroniFile.HostAndPort(text));

    [Fact]
    public void A_unit_tells_its_user_and_its_file() =>
        Assert.Equal(new PatroniUnit("postgres", "/etc/patroni/config.yml"), PatroniUnit.Parse(Recorded("unit.debian-13.txt").Split('\n')));

    [Fact]
    public void An_unknown_unit_tells_no_file() => Assert.Equal(new PatroniUnit("postgres", null), PatroniUnit.Parse(["User=", ""]));
}
