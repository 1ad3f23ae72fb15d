using System.Diagnostics;
using System.Management.Automation;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class BackupFailureTests(LabFixture fixture)
{
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);

    [Fact]
    public async Task A_lock_that_another_run_holds_is_told_with_file_process_and_node()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var process = await _pgBackRest.StartAndFreezeAsync(leader);
        try
        {
            var error = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError;

            AssertError(error, "LockHeld", ErrorCategory.ResourceBusy, leader);
            Assert.Contains("/tmp/pgbackrest/zabbix-cluster-backup", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains($"held by process {process} on {leader}", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("pgbackrest --stanza=zabbix-cluster --type=full", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await _pgBackRest.ThawAndEndAsync(leader, process);
        }

        fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_repository_that_is_not_there_is_told_and_nothing_is_written_in_its_place(bool emptyMountPoint)
    {
        var leader = await fixture.Lab.LeaderAsync();
        var repository = fixture.Lab.SharedRepositoryFolder;
        var away = repository + ".away";
        Directory.Move(repository, away);
        try
        {
            if (emptyMountPoint)
            {
                // Open to all, as a careless mount point would be.
                Directory.CreateDirectory(repository);
                await fixture.Lab.ExecCheckedAsync(leader, "chmod", "777", "/mnt/backup/pgbackrest");
            }

            var taken = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false");
            var read = fixture.Session.Run("Get-PgBackRestBackup");

            AssertError(taken.SingleError, "RepositoryMissing", ErrorCategory.ObjectNotFound, leader);
            AssertError(read.SingleError, "RepositoryMissing", ErrorCategory.ObjectNotFound, leader);
            Assert.Contains("mounted", taken.SingleError.Exception.Message, StringComparison.Ordinal);
            Assert.Empty(read.Output);
            Assert.Equal(emptyMountPoint, Directory.Exists(repository));
            Assert.Empty(emptyMountPoint ? Directory.GetFileSystemEntries(repository) : []);
        }
        finally
        {
            if (Directory.Exists(repository))
            {
                Directory.Delete(repository, recursive: true);
            }

            Directory.Move(away, repository);
        }

        fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();
    }

    [Fact]
    public async Task A_stanza_that_does_not_exist_is_an_error_that_names_those_that_do()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var topology = fixture.TopologyWith("stanza: zabbix-cluster", "stanza: elsewhere");

        var read = fixture.Session.Run("param($t) Get-PgBackRestBackup -Topology $t", topology);
        var taken = fixture.Session.Run("param($t) Invoke-PgBackRestBackup Full -Confirm:$false -Topology $t", topology);

        Assert.Empty(read.Output);
        AssertError(read.SingleError, "StanzaMissing", ErrorCategory.ObjectNotFound, leader);
        Assert.Contains("zabbix-cluster", read.SingleError.Exception.Message, StringComparison.Ordinal);
        AssertError(taken.SingleError, "ConfigurationRefused", ErrorCategory.InvalidOperation, leader);
        Assert.Contains("does this stanza exist?", taken.SingleError.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_without_pgbackrest_is_told()
    {
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.ExecCheckedAsync(leader, "mv", "/usr/bin/pgbackrest", "/usr/bin/pgbackrest.away");
        try
        {
            AssertError(fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError, "ProgramMissing", ErrorCategory.ObjectNotFound, leader);
            AssertError(fixture.Session.Run("Get-PgBackRestBackup").SingleError, "ProgramMissing", ErrorCategory.ObjectNotFound, leader);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "mv", "/usr/bin/pgbackrest.away", "/usr/bin/pgbackrest");
        }
    }

    [Fact]
    public void A_login_user_without_sudo_is_told_so_by_each_node()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: nosudo");

        var read = fixture.Session.Run("param($t) Get-PgBackRestBackup -Topology $t", topology);
        var taken = fixture.Session.Run("param($t) Invoke-PgBackRestBackup Full -Confirm:$false -Topology $t", topology);

        Assert.Empty(read.Output);
        Assert.Equal(["pg-siteA", "pg-siteB"], read.Errors.Select(error => error.TargetObject));
        Assert.All(read.Errors, error => AssertError(error, "BecomeRefused", ErrorCategory.PermissionDenied, $"{error.TargetObject}"));
        Assert.Contains("sudo", taken.SingleError.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_passphrase_that_is_not_the_repositorys_is_told()
    {
        var leader = await fixture.Lab.LeaderAsync();
        await using var amended = await _pgBackRest.AmendAsync(leader, "s/^repo1-cipher-pass=.*/repo1-cipher-pass=wrong/");

        AssertError(fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError, "CipherPassRefused", ErrorCategory.AuthenticationError, leader);
        AssertError(fixture.Session.Run("Get-PgBackRestBackup").SingleError, "RepositoryUnreadable", ErrorCategory.AuthenticationError, leader);
    }

    // pgBackRest's own patience is most of it.
    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_silent_object_store_is_told_in_time_and_does_not_hide_the_other_repository()
    {
        var leader = await fixture.Lab.LeaderAsync();
        const string listener = "import socket, time; s = socket.create_server(('127.0.0.1', 9443), backlog=64); time.sleep(300)";
        const string second =
            "repo2-type=s3\\nrepo2-path=/r\\nrepo2-s3-endpoint=127.0.0.1\\nrepo2-s3-bucket=b\\nrepo2-s3-region=r\\nrepo2-s3-uri-style=path\\n"
            + "repo2-s3-key=k\\nrepo2-s3-key-secret=s\\nrepo2-storage-port=9443\\nrepo2-storage-verify-tls=n";
        var expected = await _pgBackRest.LabelsAsync(leader);
        await fixture.Lab.ExecCheckedAsync(leader, "systemd-run", "--unit=silent-store", "python3", "-c", listener);
        await using var amended = await _pgBackRest.AmendAsync(leader, $"s|^repo1-path=.*|&\\n{second}|");
        try
        {
            var clock = Stopwatch.StartNew();
            var run = fixture.Session.Run("Get-PgBackRestBackup");

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(70), $"took {clock.Elapsed}");
            AssertError(run.SingleError, "RepositoryUnreadable", ErrorCategory.ConnectionError, leader);
            Assert.Contains("repository 2", run.SingleError.Exception.Message, StringComparison.Ordinal);
            Assert.Equal(expected, run.As<PgBackRestBackup>().Select(backup => backup.Label));
            Assert.Equal("", (await fixture.Lab.ExecAsync(leader, "pgrep", "-a", "-f", "^pgbackrest .* info")).Output);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "systemctl", "stop", "silent-store");
        }
    }

    [Fact]
    public async Task A_repository_that_holds_another_database_cluster_is_told_beside_the_sets_of_the_right_one()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var expected = await _pgBackRest.LabelsAsync(leader);
        const string other =
            """
            mkdir /var/tmp/other && cd /var/tmp/other
            /usr/lib/postgresql/*/bin/initdb -D data >initdb.log
            printf '[global]\nrepo1-path=/var/tmp/other/repository\n[zabbix-cluster]\npg1-path=/var/tmp/other/data\n' >pgbackrest.conf
            pgbackrest --config=/var/tmp/other/pgbackrest.conf --stanza=zabbix-cluster --no-online --log-level-file=off stanza-create
            """;
        try
        {
            await fixture.Lab.ExecCheckedAsync(leader, "runuser", "-u", "postgres", "--", "sh", "-ec", other);
            await using var amended = await _pgBackRest.AmendAsync(leader, @"s|^repo1-path=.*|&\nrepo2-path=/var/tmp/other/repository|");

            var run = fixture.Session.Run("Get-PgBackRestBackup");

            AssertError(run.SingleError, "RepositoriesDisagree", ErrorCategory.InvalidData, leader);
            Assert.Contains("database mismatch across repos", run.SingleError.Exception.Message, StringComparison.Ordinal);
            Assert.Equal(expected, run.As<PgBackRestBackup>().Select(backup => backup.Label));
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "rm", "-r", "/var/tmp/other");
        }
    }

    [Fact]
    public async Task A_repository_that_fills_up_is_told_and_the_sets_before_it_stay()
    {
        var leader = await fixture.Lab.LeaderAsync();
        const string sets = "/mnt/backup/pgbackrest/backup/zabbix-cluster";
        var before = await _pgBackRest.LabelsAsync(leader);

        await using var amended = await _pgBackRest.AmendAsync(leader, "s/^compress-type=/job-retry=0\\n&/");

        // Over the sets alone, with their list: the WAL of the meantime goes where it always goes.
        await fixture.Lab.ExecCheckedAsync(
            leader, "sh", "-ec", $"mkdir /run/sets; cp -p {sets}/backup.info* /run/sets; mount -t tmpfs -o size=4m,mode=777 zabbixdr-test {sets}; cp -p /run/sets/* {sets}");
        try
        {
            var error = fixture.Session.Run("Invoke-PgBackRestBackup Full -Confirm:$false").SingleError;

            AssertError(error, "NoSpaceLeft", ErrorCategory.ResourceUnavailable, leader);
            Assert.Contains("are free there", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", $"umount {sets}; rm -r /run/sets");
        }

        Assert.Equal(before, await _pgBackRest.LabelsAsync(leader));
        fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();
    }

    [Fact]
    public async Task WAL_that_does_not_reach_the_repository_ends_the_backup_in_time_and_makes_no_set()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var before = await _pgBackRest.LabelsAsync(leader);
        await using var amended = await _pgBackRest.AmendAsync(leader, "s/^archive-timeout=.*/archive-timeout=3/");
        await fixture.Lab.QueryAsync(leader, "postgres", "alter system set archive_command = 'false pgbackrest'");
        await fixture.Lab.QueryAsync(leader, "postgres", "select pg_reload_conf()");
        try
        {
            AssertError(fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError, "ArchiveTimedOut", ErrorCategory.OperationTimeout, leader);
        }
        finally
        {
            await fixture.Lab.QueryAsync(leader, "postgres", "alter system reset archive_command");
            await fixture.Lab.QueryAsync(leader, "postgres", "select pg_reload_conf()");
        }

        // After three failures the archiver rests for a minute, or until there is more to do.
        await fixture.Lab.QueryAsync(leader, "postgres", "select pg_logical_emit_message(false, 'zdr', ''), pg_switch_wal()");
        Assert.Equal(before, await _pgBackRest.LabelsAsync(leader));
    }

    [Fact]
    public async Task Old_sets_that_cannot_be_expired_are_told_with_the_new_one_that_was_made()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var oldest = (await _pgBackRest.LabelsAsync(leader))[0];
        var stuck = $"/mnt/backup/pgbackrest/backup/zabbix-cluster/{oldest}/stuck";
        await using var amended = await _pgBackRest.AmendAsync(leader, "s/^repo1-retention-full=.*/repo1-retention-full=1/");
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", $"mkdir {stuck}; mount -t tmpfs zabbixdr-test {stuck}");
        try
        {
            var run = fixture.Session.Run("Invoke-PgBackRestBackup Full -Confirm:$false");

            AssertError(run.SingleError, "ExpireFailed", ErrorCategory.NotSpecified, leader);
            Assert.Contains($"the set {(await _pgBackRest.LabelsAsync(leader))[^1]} was made and is complete", run.SingleError.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "umount", stuck);
            await fixture.Lab.ExecCheckedAsync(leader, "rm", "-rf", stuck);
        }

        fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();
    }

    [Fact]
    public async Task A_database_with_a_damaged_page_gives_an_error_that_names_the_file()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var data = await fixture.Lab.QueryAsync(leader, "zabbix", "show data_directory");
        await fixture.Lab.QueryAsync(leader, "zabbix", "create table zdr_damage as select g from generate_series(1, 1000) g; checkpoint");
        try
        {
            var path = $"{data}/{await fixture.Lab.QueryAsync(leader, "zabbix", "select pg_relation_filepath('zdr_damage')")}";
            await fixture.Lab.ExecCheckedAsync(leader, "sh", "-c", $"printf damaged | dd of={path} bs=1 seek=6000 conv=notrunc status=none");

            var error = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError;

            AssertError(error, "BackupHasPageErrors", ErrorCategory.InvalidData, leader);
            Assert.Contains(path[data.Length..].TrimStart('/'), error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.QueryAsync(leader, "zabbix", "drop table zdr_damage; checkpoint");
            foreach (var damaged in (await _pgBackRest.SetsAsync(leader)).Where(set => set.GetProperty("error").GetBoolean()))
            {
                await _pgBackRest.RunAsync(leader, "--stanza=zabbix-cluster", $"--set={damaged.GetProperty("label").GetString()}", "expire");
            }
        }

        fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();
    }

    private static void AssertError(ErrorRecord error, string id, ErrorCategory category, string node)
    {
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal(node, error.TargetObject);
        Assert.Contains($"on {node}", error.Exception.Message, StringComparison.Ordinal);
    }
}
