using ZabbixDR.Engine.Diagnosis;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.Diagnosis;

public sealed class ObjectStoreTests
{
    // pgBackRest 2.55.1's info against s3rver 3.7.1 with a key that is none: the message of the repository's status, its headers shortened.
    private const string UnknownKey =
        """
        [ProtocolError] HTTP request failed with 403 (Forbidden):
        *** Path/Query ***:
        GET /zabbixdr/?delimiter=%2F&list-type=2&prefix=x%2Fbackup%2F
        *** Response Content ***:
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>InvalidAccessKeyId</Code><Message>The AWS Access Key Id you provided does not exist in our records.</Message><AWSAccessKeyId>NOBODY</AWSAccessKeyId></Error>
        """;

    private static readonly RepositorySettings s_topology = new()
    {
        Number = 2,
        Type = RepositoryType.S3,
        Path = "/pgbackrest",
        Endpoint = "s3.example.org",
        Bucket = "zabbix",
        Region = "eu-1",
    };

    [Fact]
    public void A_refusal_is_told_by_the_stores_code()
    {
        var refusal = S3Refusal.Find(UnknownKey)!;

        Assert.Equal("key-unknown", refusal.What);
        Assert.Equal("InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.", refusal.Answer);
        Assert.Null(S3Refusal.Find("[ProtocolError] HTTP request failed with 503 (Service Unavailable)"));
        Assert.Null(S3Refusal.Find("<Code>InternalError</Code><Message>We encountered an internal error.</Message>"));
    }

    [Fact]
    public void What_is_not_set_and_what_is_usual_are_the_same()
    {
        var same = Read("repo2-s3-endpoint=s3.example.org", "repo2-s3-bucket=zabbix", "repo2-s3-region=eu-1", "repo2-s3-uri-style=host", "repo2-storage-port=443", "repo2-storage-verify-tls=y");

        Assert.Empty(same.Differences(s_topology));
        Assert.False(same.IsPathStyle);
        Assert.EndsWith(" https://s3.example.org:443/", same.Ask().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_is_named_with_both_sides()
    {
        var other = Read("repo2-s3-endpoint=s3.example.org", "repo2-s3-bucket=zabbix", "repo2-s3-region=us-1", "repo2-s3-uri-style=path", "repo2-storage-ca-file=/etc/ssl/own.crt", "repo2-storage-verify-tls=n");

        Assert.Equal(
            ["repo2-s3-region is us-1, and the topology has eu-1", "repo2-s3-uri-style is path, and the topology has nothing", "repo2-storage-ca-file is /etc/ssl/own.crt, and the topology has nothing", "repo2-storage-verify-tls is n, and the topology has nothing"],
            other.Differences(s_topology));
        Assert.True(other.IsPathStyle);
        Assert.Contains("--cacert /etc/ssl/own.crt --insecure", other.Ask().ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_stanzas_own_section_goes_before_the_global_one()
    {
        var text = "[global]\nrepo2-s3-bucket=all\n[main]\nrepo2-s3-bucket=own\n";

        Assert.Equal("own", Of(text).Bucket);
    }

    private static ObjectStoreOnNode Read(params string[] options) => Of("[global]\n" + string.Join('\n', options) + "\n[main]\npg1-path=/data\n");

    private static ObjectStoreOnNode Of(string text) =>
        ObjectStoreOnNode.Of(new PgBackRestOnNode("/etc/pgbackrest.conf", ConfigurationText.Parse(text), PgBackRestFile.Parse(text)), "main", s_topology);
}
