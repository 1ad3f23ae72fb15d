using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

/// <summary>The recorded file is the lab's, with its passphrase replaced: cat /etc/pgbackrest/pgbackrest.conf.</summary>
public sealed class PgBackRestFileTests
{
    [Fact]
    public void A_nodes_file_gives_its_facts_and_not_its_passphrase()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "PgBackRest", "Recorded", "pgbackrest.debian-13.conf"));
        var file = PgBackRestFile.Parse(text);

        Assert.Contains("canary-cipher", text, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", file.ToString(), StringComparison.Ordinal);
        Assert.Equal(["zabbix-cluster"], file.Stanzas);
        Assert.Equal(("posix", "/mnt/backup/pgbackrest", 2, 3, true), (file.RepositoryType, file.RepositoryPath, file.RetentionFull!.Value, file.RetentionDiff!.Value, file.IsEncrypted));
        Assert.Equal("/var/lib/postgresql/17/main", file.DataDirectories["zabbix-cluster"]);
    }

    [Fact]
    public void A_bucket_is_told_without_its_keys_and_a_stanza_goes_before_global()
    {
        var file = PgBackRestFile.Parse(
            """
            # the source document's option B
            [global]
            repo1-type=s3
            repo1-s3-endpoint=s3.example.org
            repo1-s3-bucket=zabbix
            repo1-s3-region=eu
            repo1-s3-key=canary
            repo1-s3-key-secret=canary
            repo1-s3-key-type=auto
            repo1-path=/everybody
            [global:archive-push]
            compress-level=3
            [main]
            pg-path = /var/lib/pgsql/16/data
            repo-path=/main
            """);

        Assert.Equal(("s3", "s3.example.org", "zabbix", "eu", "auto", "/main", false), (file.RepositoryType, file.Endpoint, file.Bucket, file.Region, file.KeyType, file.RepositoryPath, file.IsEncrypted));
        Assert.Equal(["main"], file.Stanzas);
        Assert.Equal("/var/lib/pgsql/16/data", file.DataDirectories["main"]);
    }
    [Fact]
    public void Only_a_directory_of_the_node_itself_is_a_local_repository_and_the_lowest_number_the_first()
    {
        var file = PgBackRestFile.Parse(
            """
            [global]
            repo2-path=/backup/two
            repo3-type=s3
            repo3-path=/in/a/bucket
            repo4-host=repository
            repo4-path=/elsewhere
            [main]
            pg1-path=/data
            repo5-retention-full=2
            """);

        Assert.Equal(2, file.FirstRepository);
        Assert.Equal([(2, "/backup/two"), (5, "/var/lib/pgbackrest")], file.LocalRepositories.Select(one => (one.Key, one.Value)).Order());
    }
}
