using System.Diagnostics;
using System.Globalization;
using System.Text;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.Tests.Topology;

public sealed class TopologyReaderTests
{
    private static string With(string repository) =>
        string.Join('\n', Whole.Split('\n').Select(line => line.Contains("repository:", StringComparison.Ordinal) ? $"  {repository}" : line));

    private static string Whole { get; } = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Topology", "whole.yaml"));

    [Fact]
    public void Every_key_of_the_example_reaches_its_record()
    {
        var topology = Read(Whole).Require();

        Assert.Equal("zabbix-prod", topology.Name);
        Assert.Equal("/etc/zdr/zabbixdr.yaml", topology.Path);
        Assert.Equal(
            new AccessSettings
            {
                User = "zabbixdr",
                IdentityFile = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".ssh/id_ed25519"),
                IdentityPassphrase = new SecretReference(SecretSource.Env, "SSH_PASSPHRASE"),
                KnownHostsFile = "/etc/zdr/hosts",
                SshConfigFile = "/etc/zdr/ssh_config",
                BecomeMethod = BecomeMethod.Sudo,
                BecomePassword = new SecretReference(SecretSource.Env, "SUDO_PASSWORD"),
                ConnectTimeout = TimeSpan.FromSeconds(7),
            },
            topology.Access);
        Assert.Equal([new DrSite("A", new Uri("https://10.1.0.100")), new DrSite("B", new Uri("https://10.2.0.100")), new DrSite("C", null)], topology.Sites);
        Assert.Equal(
            new PostgresSettings { Version = 16, DataDirectory = "/var/lib/pgsql/16/data", BinDirectory = "/usr/pgsql-16/bin", Port = 5433, SocketDirectory = "/run/pg", Database = "zbx", User = "pgowner", MonitorUser = "watcher" },
            topology.Postgres);
        Assert.Equal(
            new PatroniSettings
            {
                Scope = "zabbix-cluster",
                Namespace = "/other",
                ConfigFile = "/etc/patroni.yml",
                Unit = "patroni@zabbix.service",
                RestPort = 8009,
                RestVia = AccessRoute.Direct,
                RestCaFile = "/etc/zdr/patroni-ca.pem",
                RestCertFile = "/etc/zdr/patroni.pem",
                RestKeyFile = "/etc/zdr/patroni.key",
                RestUser = "patroni",
                RestPassword = new SecretReference(SecretSource.Vault, "patroni-rest"),
            },
            topology.Patroni);
        Assert.Equal(
            new EtcdSettings
            {
                ClientPort = 2380,
                Unit = "etcd3.service",
                DataDirectory = "/var/lib/etcd/three",
                Via = AccessRoute.Ssh,
                CaFile = "/etc/zdr/ca.pem",
                CertFile = "/etc/zdr/client.pem",
                KeyFile = "/etc/zdr/client.key",
                User = "root",
                Password = new SecretReference(SecretSource.Env, "ETCD_ROOT_PASSWORD"),
                SnapshotDirectory = "/var/lib/etcd/backup",
                SnapshotNodeDirectory = "/srv/etcd",
                SnapshotKeepDays = 8,
            },
            topology.Etcd! with { SnapshotCopies = [] });
        Assert.Equal(["etcd-1", "etcd-2"], topology.Etcd.SnapshotCopies);
        Assert.Equal(
            new PgBackRestSettings
            {
                Stanza = "zabbix-cluster",
                ConfigFile = "/etc/pgbackrest/pgbackrest.conf",
                HostUser = "backrest",
                Repository = new RepositorySettings { Type = RepositoryType.Nfs, Host = "backup-1", Path = "/backup/pgbackrest", Mount = "/backup/pgbackrest", Server = "10.9.0.1", Export = "/export/backup", MountOptions = "defaults,noatime,nofail" },
                RetentionFull = 4,
                RetentionDiff = 14,
                CipherPass = new SecretReference(SecretSource.Vault, "pgbackrest-cipher"),
                Options = new PgBackRestOptions
                {
                    ProcessMax = 4,
                    CompressType = "zst",
                    CompressLevel = 3,
                    StartFast = true,
                    Delta = true,
                    ArchiveAsync = false,
                    ArchiveTimeout = TimeSpan.FromMinutes(1),
                    IoTimeout = TimeSpan.FromSeconds(30),
                    ProtocolTimeout = TimeSpan.FromMinutes(10),
                    LogPath = "/var/log/pgbackrest",
                    LockPath = "/tmp/pgbackrest",
                    SpoolPath = "/var/spool/pgbackrest",
                    LogLevelConsole = "info",
                    LogLevelFile = "detail",
                },
            },
            topology.PgBackRest);
        Assert.Equal(
            new ZabbixSettings
            {
                ServerUnit = "zabbix-server.service",
                ServerConfigFile = "/etc/zabbix/zabbix_server.conf",
                Domain = "example.org",
                DnsTtl = TimeSpan.FromSeconds(60),
                TlsCertificate = "/etc/ssl/zabbix.pem",
                TlsKey = "/etc/ssl/zabbix.key",
                TlsCa = "/etc/ssl/ca.pem",
            },
            topology.Zabbix);
        Assert.Equal(new ConfigurationSettings("/var/backups/zabbix-config", 31), topology.Configuration);
        Assert.Equal(new ApprovalSettings("/etc/zdr/allowed_signers", true), topology.Approval);
        Assert.Equal(new HookSettings { Fence = "/usr/local/sbin/fence", DnsUpdate = "/usr/local/sbin/dns", Notify = "/usr/local/sbin/tell" }, topology.Hooks);
        Assert.Equal(
            [.. RecoveryObjective.Usual.SkipLast(1), new RecoveryObjective(FailureScenario.FullRebuild, TimeSpan.FromDays(1), TimeSpan.FromHours(4))],
            topology.Objectives);
    }

    [Fact]
    public void Nodes_keep_the_order_of_the_file_and_their_roles()
    {
        var topology = Read(Whole).Require();

        Assert.Equal(["pg-siteA", "pg-siteB", "etcd-1", "etcd-2", "etcd-3", "zabbix-node-siteA", "zabbix-node-siteB", "backup-1"], topology.Nodes.Select(node => node.Name));
        Assert.Equal(["pg-siteA", "pg-siteB"], topology.NodesWith(NodeRole.Postgres).Select(node => node.Name));
        Assert.Equal(["zabbix-node-siteA", "zabbix-node-siteB"], topology.NodesWith(NodeRole.ZabbixServer).Select(node => node.Name));
        Assert.Equal(2222, topology.Nodes[1].SshPort);
        Assert.Equal("0123456789abcdef0123456789abcdef", topology.Nodes[1].MachineId);
        Assert.Contains("32 hexadecimal digits", Assert.Single(Read(Whole.Replace("0123456789abcdef0", "0123456789ABCDEF0", StringComparison.Ordinal)).Diagnostics, one => one.Severity == DiagnosticSeverity.Error).Message, StringComparison.Ordinal);
        Assert.Null(topology.Nodes[0].SshPort);
    }

    [Fact]
    public void What_this_version_does_not_use_is_said_and_does_no_harm()
    {
        Assert.Equal(
            [
                "zabbix.serverConfigFile", "hooks", "objectives",
            ],
            Read(Whole).Diagnostics.Select(finding => finding.Message.Replace(" is not used by this version.", "", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("name: zabbix-prod", "naem: zabbix-prod", "/etc/zdr/zabbixdr.yaml:3:1: error: naem is not known. Did you mean name? Known here: access,")]
    [InlineData("name: zabbix-prod", "# none", "error: name is missing.")]
    [InlineData("name: zabbix-prod", "name:", "3:6: error: name must be a text, and it is empty.")]
    [InlineData("name: zabbix-prod", "name: ~", "3:7: error: name must be a text, and it is empty.")]
    [InlineData("name: zabbix-prod", "name: [a]", "3:7: error: name must be a text on one line.")]
    [InlineData("name: zabbix-prod", "name: \"a\\0b\"", "3:7: error: name must be a text on one line.")]
    [InlineData("version: 1", "version: 2", "2:10: error: version must be 1.")]
    [InlineData("port: 5433", "port: many", "error: postgres.port must be a whole number from 1 to 65535.")]
    [InlineData("port: 5433", "port: 70000", "error: postgres.port must be a whole number from 1 to 65535.")]
    [InlineData("becomeMethod: sudo", "becomeMethod: doas", "error: access.becomeMethod must be one of sudo, none.")]
    [InlineData("pg-siteA:         { site: A,", "pg-siteA:         { site: D,", "7:29: error: nodes.pg-siteA.site: there is no site D. Sites: A, B, C.")]
    [InlineData("roles: [etcd] }\n  etcd-2", "roles: [etdc] }\n  etcd-2", "error: nodes.etcd-1.roles must be one of postgres, etcd, zabbix-server,")]
    [InlineData("roles: [etcd] }\n  etcd-2", "roles: etcd }\n  etcd-2", "error: nodes.etcd-1.roles must be a list: [postgres, etcd,")]
    [InlineData("sites:     { A: {", "sites:     [ A ]\nx: { A: {", "5:12: error: sites must be a mapping.")]
    [InlineData("C: {} }", "C: no }", "error: sites.C must be a mapping: C: { … }.")]
    [InlineData("frontend: https://10.1.0.100", "frontend: nowhere", "error: sites.A.frontend must be an absolute address")]
    [InlineData("certFile: client.pem, ", "", "error: etcd.certFile and etcd.keyFile go together.")]
    [InlineData("{ clientPort: 2380, unit: etcd3.service, dataDirectory: /var/lib/etcd/three, via: ssh, caFile: ca.pem, certFile: client.pem, keyFile: client.key, user: root, ", "{ ", "error: etcd.user and etcd.password go together;")]
    [InlineData("server: 10.9.0.1, ", "", "error: pgbackrest.repository.server is missing.")]
    [InlineData("type: nfs,", "type: tape,", "error: pgbackrest.repository.type must be one of posix, nfs, s3.")]
    [InlineData("patroni:   {", "hooks:   {", "error: This is not YAML: Duplicate key")]
    [InlineData("patroni: ", "# patroni: ", "error: patroni is missing, and pg-siteA has the role postgres.")]
    [InlineData("becomeMethod: sudo", "becomeMethod: sud", "must be one of sudo, none. Did you mean sudo?")]
    [InlineData("roles: [etcd] }\n  etcd-2", "roles: [etdc] }\n  etcd-2", "Did you mean etcd?")]
    [InlineData("identityFile: ~", "IdentityFile: ~", "access.IdentityFile is not known. Did you mean identityFile?")]
    [InlineData("dataDirectory: /var/lib/pgsql/16/data", "dataDirectory: pgsql/16/data", "error: postgres.dataDirectory must be an absolute path on the node.")]
    [InlineData("mount: /backup/pgbackrest", "mount: backup", "error: pgbackrest.repository.mount must be an absolute path on the node.")]
    [InlineData("rpo: 0, rto: 65s", "rpo: soon, rto: 65s", "error: objectives.server-failure.rpo must be a duration: 30s, 15m, 4h, 1d, or a number of seconds.")]
    [InlineData("server-failure:", "server-faliure:", "error: objectives.server-faliure is not known. Did you mean server-failure?")]
    [InlineData("fence: /usr", "fense: /usr", "error: hooks.fense is not known. Did you mean fence?")]
    [InlineData("certFile: patroni.pem, ", "", "error: patroni.rest.certFile and patroni.rest.keyFile go together.")]
    [InlineData("user: patroni, ", "", "error: patroni.rest.user and patroni.rest.password go together.")]
    [InlineData("  pg-siteB: ", "  PG-sitea: ", "error: pg-siteA and PG-sitea differ in letter case alone")]
    [InlineData("address: 10.2.0.21", "address: 10.1.0.21", "error: etcd-1, etcd-2 have one address, 10.1.0.21, and not one site.")]
    [InlineData("snapshots: {", "snapshots: { hourly: yes,", "error: etcd.snapshots.hourly is not known. Known here: copies, directory, keepDays, nodeDirectory.")]
    [InlineData("copies: [etcd-1, etcd-2]", "copies: [etcd-1, etcd-9]", "error: etcd.snapshots.copies names etcd-9, and there is no such node.")]
    [InlineData("copies: [etcd-1, etcd-2]", "copies: etcd-1", "error: etcd.snapshots.copies must be a list of texts: [one, two].")]
    [InlineData("nodeDirectory: /srv/etcd", "nodeDirectory: srv/etcd", "error: etcd.snapshots.nodeDirectory must be an absolute path on the node.")]
    public void An_error_is_told_with_its_place_and_what_to_write(string right, string wrong, string told)
    {
        Assert.Contains(right, Whole, StringComparison.Ordinal);

        var read = Read(Whole.Replace(right, wrong, StringComparison.Ordinal));

        Assert.Null(read.Topology);
        Assert.Contains(read.Diagnostics, finding => finding.ToString().Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void A_wrong_value_is_told_once()
    {
        var errors = Read(Whole.Replace("version: 1\n", "version: one\n", StringComparison.Ordinal)).Diagnostics.Where(IsError);

        Assert.Equal("version must be 1.", Assert.Single(errors).Message);
    }

    [Fact]
    public void Several_repositories_have_numbers_and_what_the_section_says_holds_for_each_that_says_nothing()
    {
        var settings = Read(With("repositories: { 4: { type: s3, endpoint: s3.example, bucket: b, region: eu, keyType: auto, retention: { full: 9 }, cipherPass: env:OTHER }, 1: { type: posix, path: /backup } }"))
            .Require().PgBackRest!;

        Assert.Equal([(1, RepositoryType.Posix, 4, 14, "vault:pgbackrest-cipher"), (4, RepositoryType.S3, 9, 14, "env:OTHER")], settings.Repositories.Select(one => (one.Number, one.Type, one.RetentionFull!.Value, one.RetentionDiff!.Value, $"{one.CipherPass}")));
        Assert.Equal(1, settings.Repository.Number);
    }

    [Theory]
    [InlineData("repositories: { one: { type: posix, path: /b } }", "pgbackrest.repositories.one: a repository is named by its number, from 1 to 256.")]
    [InlineData("repositories: {}", "pgbackrest.repositories must name at least one: 1: { type: posix, path: /backup }.")]
    [InlineData("repositories: { 1: { type: posix, path: /b }, 01: { type: posix, path: /c } }", "pgbackrest.repositories names the number 1 twice.")]
    [InlineData("repositories: { 2: { type: s3, endpoint: e, bucket: b, region: r } }", "pgbackrest.repository.key and .keySecret are missing; only keyType auto and web-id need none.")]
    [InlineData("repository: { type: posix, path: /b, mount: /c }", "pgbackrest.repository.mount must be the repository's path or a directory above it.")]
    [InlineData("repository: { type: posix, path: /b, mount: /b, device: /dev/sdb1 }", "pgbackrest.repository.device needs mount and fileSystem beside it.")]
    [InlineData("repository: { type: posix, path: /b, block: true }", "pgbackrest.repository.block needs bundle: true.")]
    [InlineData("repository: { type: posix, path: /b, verifyTls: true }", "pgbackrest.repository.verifyTls is not known.")]
    public void What_is_wrong_with_a_repository_is_told(string repository, string message) =>
        Assert.Contains(Read(With(repository)).Diagnostics, finding => finding.Message.StartsWith(message, StringComparison.Ordinal));

    [Theory]
    [InlineData("repository: { type: posix, path: /b }", "backup-1")]
    [InlineData("repositories: { 1: { type: posix, path: /b }, 2: { type: posix, path: /c } }", "backup-1 backup-1")]
    [InlineData("repositories: { 1: { type: posix, path: /b }, 2: { type: posix, path: /c, host: backup-1 } }", "- backup-1")]
    public void The_only_repository_host_has_every_repository_unless_one_says_whose_it_is(string repository, string hosts) =>
        Assert.Equal(hosts, string.Join(' ', Read(With(repository)).Require().PgBackRest!.Repositories.Select(one => one.Host ?? "-")));

    [Fact]
    public void Without_a_repository_host_no_repository_has_one() =>
        Assert.Null(Read(With("repository: { type: posix, path: /b }").Replace("[repository]", "[frontend]", StringComparison.Ordinal)).Require().PgBackRest!.Repository.Host);

    [Theory]
    [InlineData("[zabbix-server, frontend]", "[repository]", "repository: { type: posix, path: /b }", "zabbix-node-siteA, zabbix-node-siteB, backup-1 have the role repository: say with host which repository is whose.")]
    [InlineData("", "", "repository: { type: posix, path: /b, host: pg-siteA }", "pgbackrest.repository.host must be a node with role repository: backup-1.")]
    [InlineData("10.3.0.41", "local", "repository: { type: posix, path: /b }", "nodes.backup-1.address is local, and pgBackRest between it and a repository's host needs an address that the other can reach.")]
    [InlineData("[repository]", "[frontend]", "repository: { type: posix, path: /b, host: backup-1 }", "pgbackrest.repository.host must be a node with role repository, and there is none.")]
    public void A_host_that_is_none_or_is_not_clear_is_told(string roles, string others, string repository, string message)
    {
        var text = With(repository);
        Assert.Contains(Read(roles.Length == 0 ? text : text.Replace(roles, others, StringComparison.Ordinal)).Diagnostics, finding => finding.Message == message);
    }

    [Fact]
    public void An_S3_repository_needs_its_region()
    {
        const string Complete = "repository: { type: s3, endpoint: s3.example, bucket: b, region: eu, keyType: auto, uriStyle: path }";
        var text = With(Complete);

        Assert.Equal(RepositoryType.S3, Read(text).Require().PgBackRest!.Repository.Type);
        Assert.Contains(
            Read(text.Replace("region: eu, ", "", StringComparison.Ordinal)).Diagnostics,
            finding => finding.Message == "pgbackrest.repository.region is missing.");
        Assert.Contains(
            Read(text.Replace("keyType: auto, ", "", StringComparison.Ordinal)).Diagnostics,
            finding => finding.Message.StartsWith("pgbackrest.repository.key and .keySecret are missing", StringComparison.Ordinal));
        Assert.Contains(
            Read(text.Replace("keyType: auto, ", "keyType: auot, ", StringComparison.Ordinal)).Diagnostics,
            finding => finding.Message == "pgbackrest.repository.keyType must be one of shared, auto, web-id. Did you mean auto?");
    }

    [Fact]
    public void A_literal_password_is_refused_and_not_repeated()
    {
        var read = Read(Whole.Replace("env:ETCD_ROOT_PASSWORD", "hunter2", StringComparison.Ordinal));

        var error = Assert.Throws<DrException>(read.Require);
        Assert.Contains("password must say where the secret is, not what it is: env:NAME, file:PATH or vault:NAME.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_file_is_relative_to_the_topology()
    {
        var etcd = Read(Whole.Replace("env:ETCD_ROOT_PASSWORD", "file:secrets/etcd", StringComparison.Ordinal)).Require().Etcd!;

        Assert.Equal(new SecretReference(SecretSource.File, "/etc/zdr/secrets/etcd"), etcd.Password);
    }

    [Fact]
    public void All_errors_come_in_one_pass_in_the_order_of_the_file()
    {
        var text = Whole
            .Replace("user: zabbixdr", "usr: zabbixdr", StringComparison.Ordinal)
            .Replace("port: 5433", "port: x", StringComparison.Ordinal)
            .Replace("keepDays: 31", "keepDays: 0", StringComparison.Ordinal);

        var error = Assert.Throws<DrException>(Read(text).Require);

        Assert.Equal("TopologyInvalid", error.Id);
        Assert.Equal(DrErrorKind.InvalidInput, error.Kind);
        Assert.Contains("3 errors", error.Message, StringComparison.Ordinal);
        Assert.Equal([4, 15, 40], Read(text).Diagnostics.Where(IsError).Select(finding => finding.Line));
    }

    [Theory]
    [InlineData("site: C, address: 10.3.0.21", "site: A, address: 10.3.0.21", "Site A holds 2 of 3 etcd members")]
    [InlineData("etcd-3:           { site: C, address: 10.3.0.21, roles: [etcd] }", "scratch:           { site: C, address: 10.3.0.21, roles: [scratch] }", "holds 1 of 2 etcd members")]
    public void An_etcd_layout_that_cannot_lose_a_site_is_warned_of(string from, string to, string told)
    {
        var read = Read(Whole.Replace(from, to, StringComparison.Ordinal));

        Assert.NotNull(read.Topology);
        Assert.Contains(read.Diagnostics, finding => finding.Severity == DiagnosticSeverity.Warning && finding.Message.Contains(told, StringComparison.Ordinal));
    }

    [Fact]
    public void An_anchor_stands_for_what_it_was_set_on()
    {
        var text = Whole
            .Replace("address: 10.1.0.11, roles: [postgres]", "address: 10.1.0.11, roles: &db [postgres]", StringComparison.Ordinal)
            .Replace("address: 10.2.0.11, roles: [postgres]", "address: 10.2.0.11, roles: *db", StringComparison.Ordinal);

        Assert.Equal([NodeRole.Postgres], Read(text).Require().Nodes[1].Roles);
    }

    [Fact]
    public void Quoted_keys_are_the_same_keys()
    {
        Assert.Equal("zabbix-prod", Read(Whole.Replace("name: zabbix-prod", "\"name\": 'zabbix-prod'", StringComparison.Ordinal)).Require().Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("just words")]
    [InlineData("- a\n- b\n")]
    [InlineData("version: 1\n---\nversion: 1\n")]
    [InlineData("a: [\n")]
    [InlineData("\t- x: y: z")]
    [InlineData("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj")]
    [InlineData("&a [*a]: 1\n")]
    [InlineData("? &k {*k : 1}\n: 2\n")]
    [InlineData("*nowhere")]
    [InlineData("nodes: { a: { site: A, {b: 1 }\nc: d\n")]
    [InlineData("...\n]")]
    [InlineData("#...\n\0: :- *a:~name")]
    public void What_is_no_topology_is_an_error_in_the_file(string text)
    {
        var read = Read(text);

        Assert.Null(read.Topology);
        Assert.All(read.Diagnostics, finding => Assert.True(finding is { Line: >= 1, Column: >= 1 }));
        Assert.Contains(read.Diagnostics, IsError);
    }

    [Theory]
    [InlineData("[")]
    [InlineData("{a: ")]
    [InlineData("- ")]
    public void A_megabyte_of_nesting_is_an_error_and_not_the_end_of_the_process(string opening)
    {
        var deep = new StringBuilder("version: 1\nname: ");
        while (deep.Length < 500_000)
        {
            deep.Append(opening);
        }

        Assert.Null(Read(deep.ToString()).Topology);
    }

    [Fact]
    public void Aliases_of_aliases_cost_no_more_than_their_text()
    {
        // Nine levels of nine aliases each: 3.4e8 nodes where somebody expands them.
        var bomb = new StringBuilder("version: 1\nname: n\nl0: &l0 [x, x, x, x, x, x, x, x, x]\n");
        for (var level = 1; level <= 9; level++)
        {
            bomb.Append(CultureInfo.InvariantCulture, $"l{level}: &l{level} [{string.Join(", ", Enumerable.Repeat($"*l{level - 1}", 9))}]\n");
        }

        bomb.Append("nodes: { a: { site: A, address: *l9, roles: *l9 } }\n");

        AnswersSoon(bomb.ToString());
    }

    [Fact]
    public void Mappings_that_alias_one_another_cost_no_more_than_their_text()
    {
        var bomb = new StringBuilder("version: 1\nname: n\nsites: { A: &s {} }\nnodes:\n  n: &n { site: A, address: x, roles: [scratch] }\n");
        for (var node = 0; bomb.Length < 900_000; node++)
        {
            bomb.Append(CultureInfo.InvariantCulture, $"  n{node}: *n\n");
        }

        AnswersSoon(bomb.ToString());
    }

    [Fact]
    public void Wrong_names_by_the_ten_thousand_are_counted_and_not_all_told()
    {
        var many = new StringBuilder("version: 1\nname: n\naccess: {}\nsites:\n");
        for (var site = 0; site < 25_000; site++)
        {
            many.Append(CultureInfo.InvariantCulture, $"  site{site}: {{}}\n");
        }

        many.Append("nodes:\n");
        for (var node = 0; many.Length < 1_000_000; node++)
        {
            many.Append(CultureInfo.InvariantCulture, $"  n{node}: {{ site: siet{node}, roles: [] }}\n");
        }

        var read = AnswersSoon(many.ToString());
        Assert.InRange(read.Diagnostics.Count, 100, 300);
        Assert.EndsWith("more like these are not listed.", read.Diagnostics[^1].Message, StringComparison.Ordinal);
        Assert.True(Assert.Throws<DrException>(read.Require).Message.Length < 200_000);
    }

    [Fact]
    public void A_giant_file_is_refused_before_it_is_read_whole()
    {
        var file = Path.GetTempFileName();
        try
        {
            using (var stream = File.OpenWrite(file))
            {
                stream.SetLength(5L * 1024 * 1024 * 1024);
            }

            var error = Assert.Throws<DrException>(() => TopologyReader.Read(file));
            Assert.Equal("TopologyUnreadable", error.Id);
            Assert.Contains("more than 1 MiB", error.Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("/nowhere/zabbixdr.yaml")]
    [InlineData("/")]
    [InlineData("/dev/zero")]
    [InlineData("a\0b")]
    [InlineData("")]
    public void A_path_that_cannot_be_read_is_told_with_the_path(string path)
    {
        var error = Assert.Throws<DrException>(() => TopologyReader.Read(path));

        Assert.Equal("TopologyUnreadable", error.Id);
        Assert.Equal(DrErrorKind.InvalidInput, error.Kind);
    }

    [Fact]
    public void A_byte_order_mark_and_Windows_line_ends_are_no_obstacle()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Whole.Replace("\n", "\r\n", StringComparison.Ordinal), new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

            Assert.Equal("zabbix-prod", TopologyReader.Read(file).Require().Name);
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Time and memory are those of the text, which is a megabyte at most; what grew with its square or worse would be far beyond both.
    private static TopologyReadResult AnswersSoon(string text)
    {
        var clock = Stopwatch.StartNew();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var read = Read(text);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1024L * 1024 * 1024);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
        return read;
    }

    private static bool IsError(TopologyDiagnostic finding) => finding.Severity == DiagnosticSeverity.Error;

    private static TopologyReadResult Read(string text) => TopologyReader.Parse("/etc/zdr/zabbixdr.yaml", text);
}
