using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Tests.Topology;

/// <summary>What is written for a person is what the reader reads.</summary>
public sealed class DraftTests
{
    private const string File = "/etc/zdr/zabbixdr.yaml";
    private static readonly Dictionary<string, string> S3 = new()
    {
        ["BACKUP_TYPE"] = "s3",
        ["BACKUP_S3_ENDPOINT"] = "s3.example.org",
        ["BACKUP_S3_BUCKET"] = "zabbix",
        ["BACKUP_S3_REGION"] = "eu",
        ["BACKUP_S3_KEY"] = "canary-key",
        ["BACKUP_S3_SECRET"] = "canary-secret",
        ["BACKUP_ENCRYPTION_KEY"] = "canary-cipher",
        ["BACKUP_RETENTION_FULL"] = "4",
        ["BACKUP_RETENTION_DIFF"] = "14",
        ["ETCD_1_IP"] = "10.1.0.21",
        ["ETCD_2_IP"] = "10.2.0.21",
        ["ETCD_3_IP"] = "10.1.0.22",
        ["ETCD_CA_CERT_PATH"] = "/etc/etcd/ca.crt",
        ["ETCD_ROOT_PASSWORD"] = "canary-root",
        ["VIP_FRONTEND_B"] = "10.2.0.100",
        ["DOMAIN"] = "example.org",
        ["DNS_TTL"] = "60",
        ["SSL_CERT_PATH"] = "/etc/ssl/zabbix.pem",
        ["SSL_KEY_PATH"] = "/etc/ssl/zabbix.key",
        ["SSL_CA_PATH"] = "/etc/ssl/ca.pem",
    };

    private static readonly Dictionary<string, string> Nfs = new()
    {
        ["backup_type"] = "NFS",
        ["BACKUP_NFS_SERVER"] = "10.9.0.1",
        ["BACKUP_NFS_PATH"] = "/export",
        ["BACKUP_NFS_MOUNT"] = "/backup",
    };

    public static TheoryData<string> Files => [.. TopologySamples.EveryKey, TopologySamples.Lab];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task What_was_read_is_written_and_read_back_the_same(string text)
    {
        var topology = TopologyReader.Parse(File, text).Require();
        var written = TopologyText.Of(new TopologyDraft(topology, new Dictionary<string, string> { ["nodes"] = "a note\nof two lines" }));

        Assert.Equal(Plain(topology), Plain(TopologyReader.Parse(File, written).Require()));
        Assert.Contains("# a note\n# of two lines\nnodes:\n", written, StringComparison.Ordinal);
        Assert.Empty(await SchemaTests.ErrorsOf(written));
    }

    [Property(MaxTest = 500)]
    public bool Any_text_that_a_file_can_hold_comes_back(NonEmptyString name, NonEmptyString user)
    {
        static string OneLine(string text) => string.Concat(text.Where(letter => !char.IsControl(letter) && !char.IsSurrogate(letter))) is { Length: > 0 } kept ? kept : "x";
        var topology = TopologyReader.Parse(File, TopologySamples.Whole).Require() with { Name = OneLine(name.Get), Access = new AccessSettings { User = OneLine(user.Get) } };

        return Plain(topology) == Plain(TopologyReader.Parse(File, TopologyText.Of(new TopologyDraft(topology, new Dictionary<string, string>()))).Require());
    }

    [Theory]
    [InlineData("17")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("yes")]
    [InlineData("2026-11-23")]
    [InlineData("a: b")]
    [InlineData("a # b")]
    [InlineData("- a")]
    [InlineData("\"quoted\" \\ back")]
    [InlineData("Zürich")]
    [InlineData("{a}")]
    public async Task A_name_that_looks_like_something_else_stays_a_name(string name)
    {
        var topology = TopologyReader.Parse(File, TopologySamples.Whole).Require() with { Name = name };
        var written = TopologyText.Of(new TopologyDraft(topology, new Dictionary<string, string>()));

        Assert.Equal(name, TopologyReader.Parse(File, written).Require().Name);
        Assert.Empty(await SchemaTests.ErrorsOf(written));
    }

    [Fact]
    public async Task The_documents_names_become_the_keys_that_the_table_says()
    {
        var draft = PlaceholderDraft.Make(File, "prod", new AccessSettings(), S3);
        var text = TopologyText.Of(draft);
        var topology = TopologyReader.Parse(File, text).Require();

        Assert.DoesNotContain("canary", text, StringComparison.Ordinal);
        Assert.Equal(Plain(draft.Topology), Plain(topology));
        Assert.Empty(await SchemaTests.ErrorsOf(text));
        var repository = topology.PgBackRest!.Repository;
        Assert.Equal(("s3.example.org", "zabbix", "eu", "env:BACKUP_S3_KEY", "env:BACKUP_S3_SECRET"), (repository.Endpoint, repository.Bucket, repository.Region, $"{repository.Key}", $"{repository.KeySecret}"));
        Assert.Equal((4, 14, "env:BACKUP_ENCRYPTION_KEY"), (topology.PgBackRest.RetentionFull!.Value, topology.PgBackRest.RetentionDiff!.Value, $"{topology.PgBackRest.CipherPass}"));
        Assert.Equal([("10.1.0.21", "A"), ("10.2.0.21", "B"), ("10.1.0.22", "A")], topology.NodesWith(NodeRole.Etcd).Select(node => (node.Address, node.Site)));
        Assert.Equal(("/etc/etcd/ca.crt", "root", "env:ETCD_ROOT_PASSWORD"), (topology.Etcd!.CaFile, topology.Etcd.User, $"{topology.Etcd.Password}"));
        Assert.Equal(new Uri("https://10.2.0.100"), topology.Sites.Single(site => site.Name == "B").Frontend);
        Assert.Equal(
            new ZabbixSettings { Domain = "example.org", DnsTtl = TimeSpan.FromMinutes(1), TlsCertificate = "/etc/ssl/zabbix.pem", TlsKey = "/etc/ssl/zabbix.key", TlsCa = "/etc/ssl/ca.pem" },
            topology.Zabbix);
    }

    [Fact]
    public void An_NFS_mount_is_taken_over_too()
    {
        var repository = PlaceholderDraft.Make(File, "prod", new AccessSettings(), Nfs).Topology.PgBackRest!.Repository;

        Assert.Equal(new RepositorySettings { Type = RepositoryType.Nfs, Path = "/backup", Mount = "/backup", Server = "10.9.0.1", Export = "/export" }, repository);
    }

    [Theory]
    [InlineData("BACKUP_TPYE", "s3", "PlaceholderUnknown", "Did you mean BACKUP_TYPE?")]
    [InlineData("BACKUP_TYPE", "canary", "PlaceholderInvalid", "neither nfs nor s3")]
    [InlineData("BACKUP_S3_REGION", "", "PlaceholderInvalid", "BACKUP_S3_REGION for pgbackrest.repository.region failed: it is missing")]
    [InlineData("DNS_TTL", "canary", "PlaceholderInvalid", "no whole number above 0")]
    public void A_wrong_name_or_value_is_told_and_the_value_is_not(string name, string value, string id, string told)
    {
        var error = Assert.Throws<DrException>(() => PlaceholderDraft.Make(File, "prod", new AccessSettings(), new Dictionary<string, string>(S3) { [name] = value }));

        Assert.Equal(id, error.Id);
        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_become_a_file_that_can_be_read()
    {
        DrTopologyNode[] nodes = [new("pg-siteA", "A", "10.1.0.11", 2222, [NodeRole.Postgres, NodeRole.Etcd]), new("z", "B", "local", null, [NodeRole.ZabbixServer])];
        var draft = AnswerDraft.Make(File, "prod", new AccessSettings { User = "zdr" }, nodes, 17, "/backup");
        var text = TopologyText.Of(draft);

        Assert.Equal(Plain(draft.Topology), Plain(TopologyReader.Parse(File, text).Require()));
        Assert.Empty(await SchemaTests.ErrorsOf(text));
        Assert.Equal((17, "/backup"), (draft.Topology.Postgres!.Version, draft.Topology.PgBackRest!.Repository.Path));
    }

    [Fact]
    public void Sites_are_guessed_by_network()
    {
        var sites = SiteGuess.Of(["10.2.0.1", "10.1.0.1", "10.1.0.2", "fd00:1::1", "fd00:1::2"]);

        Assert.Equal(["B", "A", "A", "C", "C"], sites.Values);
        Assert.Equal(["A", "A"], SiteGuess.Of(["one.example", "two.example"]).Values);
    }

    private static string Plain(DrTopology topology) => JsonSerializer.Serialize(topology);
}
