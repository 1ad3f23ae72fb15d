using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

public sealed class ConfigurationContentTests
{
    private const string Data = "/var/lib/postgresql/17/main";
    private static readonly DrTopologyNode s_host = new("backup-1", "B", "10.2.0.40", 22, [NodeRole.Repository]);
    private static readonly DrTopologyNode s_server = new("pg-siteA", "A", "10.1.0.11", 22, [NodeRole.Postgres]);
    private static readonly RepositorySettings s_hosted = new() { Number = 2, Type = RepositoryType.Posix, Host = "backup-1", Path = "/backup", RetentionFull = 4, CipherPass = new SecretReference(SecretSource.Env, "PASS") };
    private static readonly RepositorySettings s_own = new() { Number = 1, Type = RepositoryType.Posix, Path = "/mnt" };

    [Fact]
    public void A_server_knows_of_a_hosted_repository_the_host_alone()
    {
        var text = Of(new PgBackRestSettings { Stanza = "s", Repository = s_hosted }, new ConfigurationPlace([], [new(s_hosted, s_host, "backrest")], [new(null, null, Data)]));

        Assert.Equal(["repo2-host=10.2.0.40", "repo2-host-user=backrest"], text.Where(line => line.StartsWith("repo", StringComparison.Ordinal)));
        Assert.Equal(["pg1-path=" + Data, "pg1-port=5432", "pg1-socket-path=/var/run/postgresql"], text.Where(line => line.StartsWith("pg", StringComparison.Ordinal)));
    }

    [Fact]
    public void Beside_another_repository_it_has_the_passphrase_too()
    {
        var settings = new PgBackRestSettings { Stanza = "s", Repository = s_own, OtherRepositories = [s_hosted] };

        var text = Of(settings, new ConfigurationPlace([s_own], [new(s_hosted, s_host, "backrest")], [new(null, null, Data)]));

        Assert.Contains("repo1-path=/mnt", text);
        Assert.Contains("repo2-cipher-type=aes-256-cbc", text);
        Assert.Contains("repo2-cipher-pass=the passphrase of pgBackRest's repository 2", text);
        Assert.DoesNotContain(text, line => line.StartsWith("repo2-path", StringComparison.Ordinal));
    }

    [Fact]
    public void The_host_knows_where_it_lies_and_every_server()
    {
        var text = Of(new PgBackRestSettings { Stanza = "s", Repository = s_hosted }, new ConfigurationPlace([s_hosted], [], [new(s_server, "postgres", Data), new(s_server with { Name = "pg-siteB", Address = "10.2.0.11" }, "postgres", Data)]));

        Assert.Contains("repo2-path=/backup", text);
        Assert.Contains("repo2-retention-full=4", text);
        Assert.DoesNotContain(text, line => line.Contains("repo2-host", StringComparison.Ordinal));
        Assert.Equal(["pg1-host=10.1.0.11", "pg2-host=10.2.0.11"], text.Where(line => line.Contains("-host=", StringComparison.Ordinal)));
        Assert.Equal(2, text.Count(line => line.EndsWith("-host-user=postgres", StringComparison.Ordinal)));
    }

    private static List<string> Of(PgBackRestSettings settings, ConfigurationPlace place) =>
        [.. ConfigurationContent.Of(settings, new PostgresSettings { Version = 17 }, place, (_, purpose) => purpose).Select(entry => $"{entry.Name}={entry.Value}")];
}
