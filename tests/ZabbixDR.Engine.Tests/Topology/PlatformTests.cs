using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Tests.Topology;

/// <summary>
/// Where things lie, by what a host says that it is. os-release.debian-12 and -13 are of hosts here; os-release.rocky-9 is a Rocky 9.6
/// host's as people published it in bug reports. The lists of packages say themselves where they are from.
/// </summary>
public sealed class PlatformTests
{
    [Theory]
    [InlineData("debian-12", "Debian", "Debian GNU/Linux 12 (bookworm)")]
    [InlineData("debian-13", "Debian", "Debian GNU/Linux 13 (trixie)")]
    [InlineData("rocky-9", "RHEL", "Rocky Linux 9.6 (Blue Onyx)")]
    public void A_recorded_host_has_its_familys_layout(string host, string family, string name)
    {
        var system = OsRelease.Parse(Recorded($"os-release.{host}"));

        Assert.Equal(name, system.PrettyName);
        Assert.Equal(family, PlatformLayout.Of(system)?.Name);
    }

    [Theory]
    [InlineData("ID=rhel", "RHEL")]
    [InlineData("ID='ol'", "RHEL")]
    [InlineData("ID=mint\nID_LIKE=\"ubuntu debian\"", "Debian")]
    [InlineData("ID=somethingnew\nID_LIKE=fedora", "RHEL")]
    [InlineData("# ID=debian\nID=alpine", null)]
    [InlineData("", null)]
    public void A_system_is_known_by_its_kin_or_not_at_all(string release, string? family) =>
        Assert.Equal(family, PlatformLayout.Of(OsRelease.Parse(release.Split('\n')))?.Name);

    [Fact]
    public void Debians_packages_have_what_its_layout_names()
    {
        var packages = Recorded("packages.debian-13");
        var layout = PlatformLayout.Debian;

        Assert.Contains($"ExecStart=/usr/bin/patroni {layout.PatroniConfigFile}", packages);
        Assert.Contains($"{layout.PostgresBinDirectory(17)}/postgres", packages);
        Assert.Contains($"EnvironmentFile=-{layout.EtcdConfigFile.Replace("etcd", "%p", StringComparison.Ordinal)}", packages);
        Assert.Contains($"Environment=ETCD_DATA_DIR={layout.EtcdDataDirectory}", packages);
        Assert.All([layout.PatroniUnit, layout.EtcdUnit, layout.ZabbixServerUnit], unit => Assert.Contains($"/usr/lib/systemd/system/{unit}", packages));
        Assert.Contains(packages, layout.PgBackRestConfigFiles.Contains);
    }

    [Fact]
    public void Rhels_packages_have_what_its_layout_names()
    {
        var packages = Recorded("packages.rhel-9");
        var layout = PlatformLayout.RedHat;

        Assert.Contains($"ExecStart=/usr/bin/patroni {layout.PatroniConfigFile}", packages);
        Assert.Contains($"/usr/lib/systemd/system/{layout.PatroniUnit}", packages);
        Assert.Contains(packages, layout.PgBackRestConfigFiles.Contains);
        // The source document, which is about RHEL 9, names both.
        Assert.Equal("/var/lib/pgsql/16/data", layout.PostgresDataDirectory(16));
        Assert.Contains("/etc/pgbackrest/pgbackrest.conf", layout.PgBackRestConfigFiles);
    }

    [Fact]
    public void What_the_topology_sets_goes_before_the_layout()
    {
        var whole = TopologyReader.Parse("/etc/zdr/zabbixdr.yaml", TopologySamples.Whole).Require();
        var paths = new NodePaths(whole, PlatformLayout.Debian);

        Assert.Equal("/etc/patroni.yml", paths.PatroniConfigFile);
        Assert.Equal("patroni@zabbix.service", paths.UnitOf(NodeRole.Postgres));
        Assert.Equal("etcd3.service", paths.UnitOf(NodeRole.Etcd));
        Assert.Equal("/var/lib/pgsql/16/data", paths.PostgresDataDirectory);
        Assert.Equal("/usr/pgsql-16/bin", paths.PostgresBinDirectory);
        Assert.Equal(["/etc/pgbackrest/pgbackrest.conf"], paths.PgBackRestConfigFiles);
        Assert.Equal("/var/lib/etcd/three", paths.EtcdDataDirectory);
        Assert.Equal("/etc/zabbix/zabbix_server.conf", paths.ZabbixServerConfigFile);
    }

    [Fact]
    public void What_the_topology_leaves_open_is_the_layouts()
    {
        var whole = TopologyReader.Parse("/etc/zdr/zabbixdr.yaml", TopologySamples.Whole).Require();
        var open = whole with { Postgres = new PostgresSettings { Version = 15 }, Patroni = null, Etcd = null, PgBackRest = null, Zabbix = null };
        var paths = new NodePaths(open, PlatformLayout.RedHat);

        Assert.Equal("/etc/patroni/patroni.yml", paths.PatroniConfigFile);
        Assert.Equal("/var/lib/pgsql/15/data", paths.PostgresDataDirectory);
        Assert.Equal("/usr/pgsql-15/bin", paths.PostgresBinDirectory);
        Assert.Equal("patroni.service", paths.UnitOf(NodeRole.Postgres));
        Assert.Equal("zabbix-server.service", paths.UnitOf(NodeRole.ZabbixServer));
        Assert.Null(paths.UnitOf(NodeRole.Scratch));
    }

    private static string[] Recorded(string name) => File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Topology", "Recorded", name));
}
