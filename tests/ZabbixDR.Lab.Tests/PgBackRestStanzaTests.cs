using System.Management.Automation;

namespace ZabbixDR.Lab.Tests;

/// <summary>The stanza: what keeps it from being made is told by its cause.</summary>
[Collection(LabTestGroup.Name)]
public sealed class PgBackRestStanzaTests(LabFixture fixture)
{
    private const string Configuration = "/etc/pgbackrest/pgbackrest.conf";
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);

    [Fact]
    public async Task A_stanza_that_is_there_is_left_alone_and_a_segment_is_seen_to_arrive()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var before = await LastWalAsync(leader);

        var stanza = Assert.Single(fixture.Session.Run("Initialize-PgBackRestStanza -Confirm:$false").Require().As<PgBackRestStanza>());

        Assert.Equal((1, PgBackRestStanzaChange.None, true, leader), (stanza.Repository, stanza.Change, stanza.IsChecked, stanza.Source));
        Assert.Equal(await fixture.Lab.QueryAsync(leader, "postgres", "select system_identifier from pg_control_system()"), stanza.SystemIdentifier);
        Assert.NotEqual(before, await LastWalAsync(leader));
    }

    [Fact]
    public async Task Looked_at_it_is_the_same_and_no_segment_is_switched()
    {
        var leader = await fixture.Lab.LeaderAsync();

        // What the archiver called done last is the backup's label then, and no segment.
        await _pgBackRest.RunAsync(leader, "--stanza=zabbix-cluster", "--type=incr", "backup");
        var before = await fixture.Lab.QueryAsync(leader, "postgres", "select pg_walfile_name(pg_current_wal_lsn())");

        var stanza = Assert.Single(fixture.Session.Run("Test-PgBackRestStanza").Require().As<PgBackRestStanza>());

        Assert.Equal((1, PgBackRestStanzaChange.None, true, leader), (stanza.Repository, stanza.Change, stanza.IsChecked, stanza.Source));
        Assert.Equal(before, await fixture.Lab.QueryAsync(leader, "postgres", "select pg_walfile_name(pg_current_wal_lsn())"));
    }

    [Theory]
    [InlineData("s/^pg1-path=.*/pg1-path=\\/srv\\/elsewhere/", "DataDirectoryDiffers", ErrorCategory.InvalidOperation)]
    [InlineData("s/^pg1-port=.*/pg1-port=5999/", "PortDiffers", ErrorCategory.InvalidOperation)]
    [InlineData("s/^repo1-path=.*/repo1-path=\\/srv\\/empty/", "WalElsewhere", ErrorCategory.InvalidData)]
    public async Task Looked_at_it_tells_what_check_would_fail_of(string amendment, string id, ErrorCategory category)
    {
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-c", "rm -rf /srv/empty && install -d -o postgres -g postgres /srv/empty");
        await using var amended = await _pgBackRest.AmendAsync(leader, amendment);
        if (id == "WalElsewhere")
        {
            // A stanza that is right, and the archive of which ends with what was archived elsewhere.
            await _pgBackRest.RunAsync(leader, "--stanza=zabbix-cluster", "stanza-create");
        }

        AssertError(fixture.Session.Run("Test-PgBackRestStanza").SingleError, id, category, leader);
    }

    [Fact]
    public async Task Where_there_is_no_stanza_or_archiving_stands_still_that_is_told()
    {
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-c", "rm -rf /srv/empty && install -d -o postgres -g postgres /srv/empty");
        await using (await _pgBackRest.AmendAsync(leader, "s/^repo1-path=.*/repo1-path=\\/srv\\/empty/"))
        {
            AssertError(fixture.Session.Run("Test-PgBackRestStanza").SingleError, "StanzaNotMade", ErrorCategory.ObjectNotFound, leader);
        }

        await _pgBackRest.RunAsync(leader, "--stanza=zabbix-cluster", "stop");
        try
        {
            await SwitchUntilAsync(leader, "last_failed_time > last_archived_time");
            AssertError(fixture.Session.Run("Test-PgBackRestStanza").SingleError, "ArchivingStopped", ErrorCategory.InvalidOperation, leader);
        }
        finally
        {
            await _pgBackRest.RunAsync(leader, "--stanza=zabbix-cluster", "start");
        }

        await SwitchUntilAsync(leader, "last_archived_time > last_failed_time");
        fixture.Session.Run("Test-PgBackRestStanza").Require();
    }

    [Fact]
    public async Task WhatIf_switches_no_segment()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var before = await fixture.Lab.QueryAsync(leader, "postgres", "select pg_walfile_name(pg_current_wal_lsn())");

        Assert.Empty(fixture.Session.Run("Initialize-PgBackRestStanza -WhatIf").Require().Output);

        Assert.Equal(before, await fixture.Lab.QueryAsync(leader, "postgres", "select pg_walfile_name(pg_current_wal_lsn())"));
    }

    [Theory]
    [InlineData("s/^pg1-path=.*/pg1-path=\\/srv\\/elsewhere/", "DataDirectoryDiffers", ErrorCategory.InvalidOperation, "data_directory is /var/lib/postgresql/")]
    [InlineData("s/^pg1-port=.*/pg1-port=5999/", "DatabaseNotReached", ErrorCategory.ConnectionError, "5999")]
    [InlineData("s/^repo1-path=.*/repo1-path=\\/srv\\/no-such-place\\/pgbackrest/", "FileAccessRefused", ErrorCategory.PermissionDenied, "/srv/no-such-place")]
    public async Task What_the_configuration_has_wrong_is_told(string amendment, string id, ErrorCategory category, string told)
    {
        var leader = await fixture.Lab.LeaderAsync();
        await using var amended = await _pgBackRest.AmendAsync(leader, amendment);

        var error = fixture.Session.Run("Initialize-PgBackRestStanza -Confirm:$false").SingleError;

        AssertError(error, id, category, leader);
        Assert.Contains(told, error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_of_another_database_is_refused_and_not_touched()
    {
        // Another cluster's stanza of the same name, made by pgBackRest itself.
        const string Other =
            """
            set -e
            rm -rf /srv/other; install -d -o postgres -g postgres /srv/other /srv/other/log
            runuser -u postgres -- "$(ls -d /usr/lib/postgresql/*/bin)"/initdb -D /srv/other/data >/dev/null
            printf '[global]\nrepo1-path=/srv/other/repo\n[zabbix-cluster]\npg1-path=/srv/other/data\n' >/srv/other/conf
            runuser -u postgres -- pgbackrest --config=/srv/other/conf --no-online --stanza=zabbix-cluster stanza-create
            """;
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.ExecCheckedAsync(leader, ["sh", "-c", Other], TimeSpan.FromMinutes(2));
        await using var amended = await _pgBackRest.AmendAsync(leader, "s/^repo1-path=.*/repo1-path=\\/srv\\/other\\/repo/;/^repo1-cipher/d");
        var before = (await fixture.Lab.ExecCheckedAsync(leader, "sh", "-c", "find /srv/other/repo -type f -exec sha256sum {} +")).Output;

        var error = fixture.Session.Run("Initialize-PgBackRestStanza -Confirm:$false").SingleError;

        AssertError(error, "StanzaOfOtherDatabase", ErrorCategory.InvalidData, leader);
        Assert.Contains(await fixture.Lab.QueryAsync(leader, "postgres", "select system_identifier from pg_control_system()"), error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, (await fixture.Lab.ExecCheckedAsync(leader, "sh", "-c", "find /srv/other/repo -type f -exec sha256sum {} +; rm -r /srv/other")).Output);
    }

    [Theory]
    [InlineData("mount: /mnt/backup", null)]
    [InlineData("mount: /mnt", "RepositoryNotMounted")]
    [InlineData("mount: /mnt/backup\n    fileSystem: tmpfs", "RepositoryMountDiffers")]
    public async Task A_repository_must_lie_in_a_mount_where_the_topology_says_so(string mount, string? id)
    {
        var topology = fixture.TopologyWith("path: /mnt/backup/pgbackrest", $"path: /mnt/backup/pgbackrest\n    {mount}");

        var run = fixture.Session.Run("param($t) Initialize-PgBackRestStanza -WhatIf -Topology $t", topology);

        if (id is null)
        {
            run.Require();
        }
        else
        {
            AssertError(run.SingleError, id, ErrorCategory.InvalidOperation, await fixture.Lab.LeaderAsync());
        }
    }

    [Fact]
    public async Task No_backup_is_written_beneath_a_mount_that_is_not_there()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var topology = fixture.TopologyWith("path: /mnt/backup/pgbackrest", "path: /mnt/backup/pgbackrest\n    mount: /mnt");
        var before = await _pgBackRest.LabelsAsync(leader);

        var error = fixture.Session.Run("param($t) Invoke-PgBackRestBackup Incr -Confirm:$false -Topology $t", topology).SingleError;

        AssertError(error, "RepositoryNotMounted", ErrorCategory.InvalidOperation, leader);
        Assert.Equal(before, await _pgBackRest.LabelsAsync(leader));
    }

    // A new segment wakes the archiver, which else waits a minute after three failures.
    private Task<CommandOutcome> SwitchUntilAsync(string leader, string condition) => fixture.Lab.ExecCheckedAsync(
        leader,
        "sh",
        "-c",
        $"""
        psql() {"{"} runuser -u postgres -- psql -XAtqc "$1"; {"}"}
        for attempt in $(seq 50); do
            psql "select pg_logical_emit_message(true, 'test', 'test'); select pg_switch_wal()" >/dev/null
            sleep 1
            [ "$(psql 'select {condition} from pg_stat_archiver')" = t ] && exit 0
        done
        exit 1
        """);

    private Task<string> LastWalAsync(string leader) => fixture.Lab.QueryAsync(leader, "postgres", "select last_archived_wal from pg_stat_archiver");

    private static void AssertError(ErrorRecord error, string id, ErrorCategory category, string node)
    {
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal(node, error.TargetObject);
    }
}
