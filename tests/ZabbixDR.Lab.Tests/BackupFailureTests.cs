using System.Diagnostics;
using System.Management.Automation;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class BackupFailureTests(LabFixture fixture)
{
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);

    [Fact]
    public async Task Another_backup_is_told_with_process_user_start_and_command_and_a_lock_that_no_backup_holds_with_its_file()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var process = await _pgBackRest.StartAndFreezeAsync(leader);
        try
        {
            var error = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError;

            AssertError(error, "LockHeld", ErrorCategory.ResourceBusy, leader);
            Assert.Contains($"process {process} of postgres on {leader}, running since 2", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("pgbackrest --stanza=zabbix-cluster --type=full", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await _pgBackRest.ThawAndEndAsync(leader, process);
        }

        await fixture.Lab.ExecCheckedAsync(leader, "systemd-run", "--unit=zdr-lock", "--uid=postgres", "sh", "-c", "mkdir -p /tmp/pgbackrest; exec flock /tmp/pgbackrest/zabbix-cluster-backup-1.lock sleep 60");
        try
        {
            var error = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError;

            AssertError(error, "LockHeld", ErrorCategory.ResourceBusy, leader);
            Assert.Contains("/tmp/pgbackrest/zabbix-cluster-backup-1.lock does not say whose it is", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "systemctl", "stop", "zdr-lock");
        }

        fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();
    }

    [Fact]
    public async Task A_pgBackRest_on_the_other_node_is_told_and_can_be_waited_for_in_bounded_time()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var standby = fixture.Lab.Hosts.Single(host => host.Role == "postgres" && host.Name != leader).Name;
        var before = await _pgBackRest.LabelsAsync(leader);
        var process = await _pgBackRest.StartExpireAndFreezeAsync(standby);
        var thawed = false;
        try
        {
            var refused = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError;
            var late = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Wait -WaitLimit 1s -Confirm:$false").SingleError;
            fixture.Session.Run("Invoke-PgBackRestBackup Incr -Wait -WhatIf").Require();

            Assert.All([refused, late], error => AssertError(error, "LockHeld", ErrorCategory.ResourceBusy, standby));
            Assert.Contains($"process {process} of postgres on {standby}", refused.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("after a wait of 00:00:01", late.Exception.Message, StringComparison.Ordinal);
            Assert.Contains(fixture.Session.Shown, line => line.Contains($"Wait up to 01:00:00 for process {process}", StringComparison.Ordinal));
            Assert.Equal(before, await _pgBackRest.LabelsAsync(leader));

            var waiting = Task.Run(() => fixture.Session.Run("Invoke-PgBackRestBackup Incr -Wait -WaitLimit 2m -Confirm:$false"));
            await Task.Delay(TimeSpan.FromSeconds(3));
            Assert.False(waiting.IsCompleted);
            await _pgBackRest.ThawAndEndAsync(standby, process);
            thawed = true;
            var run = (await waiting).Require();
            Assert.Equal([.. before, Assert.Single(run.As<PgBackRestBackup>()).Label], await _pgBackRest.LabelsAsync(leader));
        }
        finally
        {
            if (!thawed)
            {
                await _pgBackRest.ThawAndEndAsync(standby, process);
            }
        }
    }

    [Fact]
    public async Task A_set_that_will_not_fit_is_refused_before_anything_is_written()
    {
        var leader = await fixture.Lab.LeaderAsync();
        const string small = "/run/small";
        const string repository = "/mnt/backup/pgbackrest";
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec",
            $"""
            mkdir {small}; mount -t tmpfs -o size=4m,mode=755 zabbixdr-test {small}
            for part in backup archive; do mkdir -p {small}/$part/zabbix-cluster; cp -p {repository}/$part/zabbix-cluster/*.info* {small}/$part/zabbix-cluster; done
            sed 's|^repo1-path=.*|repo1-path={small}|' /etc/pgbackrest/pgbackrest.conf >{small}/pgbackrest.conf
            chown -R postgres: {small}
            """);
        var topology = fixture.TopologyWith("stanza: zabbix-cluster", $"stanza: zabbix-cluster\n  configFile: {small}/pgbackrest.conf");
        try
        {
            var before = (await fixture.Lab.ExecCheckedAsync(leader, "find", small)).Output;
            var error = fixture.Session.Run("param($t) Invoke-PgBackRestBackup Full -Confirm:$false -Topology $t", topology).SingleError;
            var what = fixture.Session.Run("param($t) Invoke-PgBackRestBackup Full -SkipSpaceCheck -WhatIf -Topology $t", topology);

            AssertError(error, "BackupRoomMissing", ErrorCategory.ResourceUnavailable, leader);
            Assert.Matches($@"the last (set|\d sets) of the type took up to 1\d(\.\d)? MiB \(.*\), with a fifth more that is 1\d(\.\d)? MiB, and {small} has [34](\.\d)? MiB free", error.Exception.Message);
            Assert.Equal(before, (await fixture.Lab.ExecCheckedAsync(leader, "find", small)).Output);
            what.Require();
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", $"umount {small}; rmdir {small}");
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_set_whose_WAL_never_came_is_not_called_a_backup_though_pgBackRest_does()
    {
        var leader = await fixture.Lab.LeaderAsync();
        string unproven;
        await using (await _pgBackRest.AmendAsync(leader, "s/^archive-timeout=.*/&\\narchive-check=n/"))
        {
            await fixture.Lab.QueryAsync(leader, "postgres", "alter system set archive_command = 'false pgbackrest'");
            await fixture.Lab.QueryAsync(leader, "postgres", "select pg_reload_conf()");
            try
            {
                var error = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").SingleError;

                AssertError(error, "BackupUnproven", ErrorCategory.InvalidData, leader);
                Assert.Contains("is not in the archive of repository 1", error.Exception.Message, StringComparison.Ordinal);
                unproven = (await _pgBackRest.LabelsAsync(leader))[^1];
                Assert.Contains(unproven, error.Exception.Message, StringComparison.Ordinal);
            }
            finally
            {
                await fixture.Lab.QueryAsync(leader, "postgres", "alter system reset archive_command");
                await fixture.Lab.QueryAsync(leader, "postgres", "select pg_reload_conf()");
            }
        }

        // The archiver rests after failures until there is more to do; then the WAL comes, and with it the set is good.
        await fixture.Lab.QueryAsync(leader, "postgres", "select pg_logical_emit_message(false, 'zdr', ''), pg_switch_wal()");
        fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();
    }

    // A dead address costs its grace on each look.
    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_node_that_cannot_be_asked_does_not_keep_the_other_from_its_backup()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var topology = leader == "pg-siteA" ? fixture.TopologyWith("10.77.2.22", "10.77.2.222") : fixture.TopologyWith("10.77.1.21", "10.77.1.221");

        var run = fixture.Session.Run("param($t) Invoke-PgBackRestBackup Incr -Confirm:$false -Topology $t", topology).Require();

        Assert.Single(run.As<PgBackRestBackup>());
        Assert.Contains("Whether another pgBackRest works on the stanza there is not known", Assert.Single(run.Warnings, warning => warning.Contains("pgBackRest", StringComparison.Ordinal)), StringComparison.Ordinal);
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
