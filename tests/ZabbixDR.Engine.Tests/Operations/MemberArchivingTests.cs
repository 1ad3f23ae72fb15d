using ZabbixDR.Engine.Operations.Archiving;
using ZabbixDR.Engine.Yaml;

namespace ZabbixDR.Engine.Tests.Operations;

public sealed class MemberArchivingTests
{
    private static readonly ArchivingTarget s_target = new("zabbix-cluster", null);

    // The source document's step 3, as it stands there.
    private const string Document =
        """
        bootstrap:
          dcs:
            postgresql:
              parameters:
                archive_mode: "on"
          method: pgbackrest
          pgbackrest:
            command: pgbackrest --stanza=zabbix-cluster --delta restore
            keep_existing_recovery_conf: true
            no_params: true

        postgresql:
          parameters:
            archive_mode: "on"
            archive_command: "pgbackrest --stanza=zabbix-cluster archive-push %p"
          recovery_conf:
            restore_command: "pgbackrest --stanza=zabbix-cluster archive-get %f %p"
          create_replica_methods:
            - pgbackrest
            - basebackup
          pgbackrest:
            command: pgbackrest --stanza=zabbix-cluster --delta restore
            keep_existing_recovery_conf: true
            no_params: true
        """;

    private const string Right =
        """
        bootstrap:
          dcs:
            postgresql:
              parameters:
                archive_mode: "on"

        postgresql:
          parameters:
            {}
          recovery_conf:
            restore_command: "pgbackrest --stanza=zabbix-cluster archive-get %f %p"
          create_replica_methods:
            - pgbackrest
            - basebackup
          pgbackrest:
            command: "pgbackrest --stanza=zabbix-cluster --delta --type=standby restore"
            no_params: true
            keep_data: true
        """;

    [Fact]
    public void The_documents_file_becomes_what_the_procedures_say_and_then_stays()
    {
        var first = Edit(Document);

        Assert.Equal(Right, first.Text.ToString());
        Assert.Empty(Edit(Right).Changes);
        Assert.Contains("- bootstrap.method: pgbackrest", first.Changes.Select(change => change.ToString()));
        Assert.Contains("~ postgresql.pgbackrest.command: pgbackrest --stanza=zabbix-cluster --delta restore -> pgbackrest --stanza=zabbix-cluster --delta --type=standby restore", first.Changes.Select(change => change.ToString()));
    }

    [Theory]
    [InlineData("postgresql: {}\n")]
    [InlineData("postgresql:\n  listen: '*'\n")]
    [InlineData("postgresql: {create_replica_methods: [basebackup], pgbackrest: }\n")]
    [InlineData("postgresql:\n  create_replica_methods:\n  - basebackup\n  - pgbackrest\n")]
    [InlineData("postgresql:\n  create_replica_method: [wal_e]\n")]
    public void The_replica_methods_are_made_whatever_was_there(string text)
    {
        var edited = Edit(text).Text;

        var methods = (edited.Words("postgresql", "create_replica_methods") ?? edited.Words("postgresql", "create_replica_method"))!.ToList();
        Assert.InRange(methods.IndexOf("pgbackrest"), 0, methods.IndexOf("basebackup") - 1);
        Assert.Equal("true", edited.Scalar("postgresql", "pgbackrest", "keep_data"));
        Assert.Empty(Edit(edited.ToString()).Changes);
    }

    [Theory]
    [InlineData("postgresql:\n  create_replica_methods: [pgbackrest, basebackup]\n  pgbackrest: {command: /usr/bin/pgbackrest --stanza=zabbix-cluster --process-max=4 --delta --type=standby restore, keep_data: True, no_params: yes}\n")]
    [InlineData("bootstrap: {method: initdb}\npostgresql:\n  create_replica_methods: [wal_g, pgbackrest, basebackup]\n  pgbackrest: {command: 'pgbackrest --stanza=zabbix-cluster --delta --type=standby restore', keep_data: on, no_params: true}\n")]
    public void What_does_the_same_in_other_words_is_left(string text) => Assert.Equal(text, Edit(text).Text.ToString());

    [Fact]
    public void A_secret_in_a_section_that_is_taken_out_is_not_shown()
    {
        var edited = Edit("bootstrap:\n  dcs: {}\n  method: pgbackrest\n  pgbackrest: {command: 'env PGBACKREST_REPO1_CIPHER_PASS=hunter2 pgbackrest restore', s3_secret: hunter3}\npostgresql: {}\n");

        Assert.All(edited.Changes, change => Assert.DoesNotContain("hunter", change.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("pgbackrest --stanza=zabbix-cluster archive-push %p", true)]
    [InlineData("/usr/bin/pgbackrest --config=/etc/x.conf --stanza=zabbix-cluster archive-push \"%p\"", true)]
    [InlineData("pgbackrest --stanza zabbix-cluster archive-push '%p'", true)]
    [InlineData("pgbackrest --stanza=zabbix-cluster2 archive-push %p", false)]
    [InlineData("pgbackrest --stanza=zabbix-cluster archive-push %p || true", false)]
    [InlineData("/bin/true pgbackrest --stanza=zabbix-cluster archive-push %p", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_command_that_pushes_is_known_by_what_it_does(string? command, bool expected) => Assert.Equal(expected, s_target.IsPush(command));

    [Theory]
    [InlineData("60", 60)]
    [InlineData("60s", 60)]
    [InlineData("1 min", 60)]
    [InlineData("0", 0)]
    [InlineData("90000ms", 90)]
    [InlineData("one", null)]
    [InlineData(null, null)]
    public void A_time_is_read_as_PostgreSQL_reads_it(string? text, int? expected) => Assert.Equal(expected, ArchivingTarget.Seconds(text));

    private static MemberArchiving Edit(string text) => MemberArchiving.Of(YamlText.Parse(text), s_target);
}
