namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class BackupTests(LabFixture fixture)
{
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);

    [Fact]
    public async Task A_full_a_differential_and_an_incremental_backup_build_on_each_other_as_info_says_too()
    {
        var leader = await fixture.Lab.LeaderAsync();
        string? prior = null;
        foreach (var type in Enum.GetValues<PgBackRestBackupType>())
        {
            var before = await _pgBackRest.LabelsAsync(leader);
            var run = fixture.Session.Run("param($type) Invoke-PgBackRestBackup -Type $type -Confirm:$false", type).Require();
            var backup = Assert.Single(run.As<PgBackRestBackup>());

            Assert.Equal(type, backup.Type);
            Assert.Equal(leader, backup.Source);
            Assert.Equal(prior, backup.Prior);
            Assert.DoesNotContain(backup.Label, before);
            var told = Assert.Single(await _pgBackRest.SetsAsync(leader), set => set.GetProperty("label").GetString() == backup.Label);
            Assert.Equal($"{type}".ToLowerInvariant(), told.GetProperty("type").GetString());
            Assert.Equal(prior, told.GetProperty("prior").GetString());
            Assert.Equal(told.GetProperty("info").GetProperty("size").GetInt64(), backup.DatabaseSize);
            Assert.Equal(told.GetProperty("archive").GetProperty("stop").GetString(), backup.WalStop);
            Assert.Equal(told.GetProperty("timestamp").GetProperty("stop").GetInt64(), backup.StoppedAt.ToUnixTimeSeconds());
            Assert.Equal(await fixture.Lab.QueryAsync(leader, "postgres", "select system_identifier from pg_control_system()"), backup.SystemIdentifier);
            Assert.Equal(await fixture.Lab.QueryAsync(leader, "postgres", "select timeline_id from pg_control_checkpoint()"), $"{backup.Timeline}");
            prior = backup.Label;
        }
    }

    [Fact]
    public void A_full_backup_shows_how_far_it_is()
    {
        var run = fixture.Session.Run("Invoke-PgBackRestBackup Full -Confirm:$false -Verbose").Require();

        var shown = run.Progress.Where(record => record.RecordType == System.Management.Automation.ProgressRecordType.Processing).ToList();
        var percents = shown.Select(record => record.PercentComplete).Where(percent => percent >= 0).ToList();
        Assert.NotEmpty(percents);
        Assert.Equal(percents.Order(), percents);
        Assert.All(shown, record => Assert.Contains("zabbix-cluster", record.Activity, StringComparison.Ordinal));
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public async Task The_sets_are_listed_oldest_first_as_info_has_them()
    {
        var leader = await fixture.Lab.LeaderAsync();

        var all = fixture.Session.Run("Get-PgBackRestBackup").Require().As<PgBackRestBackup>();
        var latest = fixture.Session.Run("Get-PgBackRestBackup -Latest").Require().As<PgBackRestBackup>();
        var full = fixture.Session.Run("Get-PgBackRestBackup -Type Full").Require().As<PgBackRestBackup>();

        Assert.Equal(await _pgBackRest.LabelsAsync(leader), all.Select(backup => backup.Label));
        Assert.Equal(all[^1].Label, Assert.Single(latest).Label);
        Assert.Equal(all.Where(backup => backup.Type == PgBackRestBackupType.Full).Select(backup => backup.Label), full.Select(backup => backup.Label));
        Assert.All(all, backup => Assert.Equal(leader, backup.Source));
    }

    [Fact]
    public async Task A_set_by_its_label_has_the_options_that_it_was_made_with_and_nothing_of_the_passphrase_beside_them()
    {
        const string Sum =
            """
            runuser -u postgres -- pgbackrest --repo=1 --log-level-console=off repo-get backup/zabbix-cluster/backup.info |
                sed -n "s/^$1=//p" | jq -r 'to_entries[] | select(.key | startswith("option-")) | "\(.key[7:])=\(.value)"' | LC_ALL=C sort | sha256sum | cut -d' ' -f1
            """;
        var leader = await fixture.Lab.LeaderAsync();

        var set = Assert.Single(fixture.Session.Run("Get-PgBackRestBackup (Get-PgBackRestBackup -Latest).Label").Require().As<PgBackRestBackup>());

        Assert.Equal("true", set.Options!["checksum-page"]);
        Assert.Equal((await fixture.Lab.ExecCheckedAsync(leader, "sh", "-c", Sum, "sh", set.Label)).Output.Trim(), set.OptionsChecksum);
        Assert.DoesNotContain(set.Options.Keys, name => name.Contains("pass", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIf_names_leader_stanza_and_command_and_runs_no_backup()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var sets = await _pgBackRest.LabelsAsync(leader);
        var logged = await _pgBackRest.BackupLogSizeAsync(leader);

        var run = fixture.Session.Run("Invoke-PgBackRestBackup -Type Full -WhatIf").Require();

        Assert.Empty(run.Output);
        Assert.Contains(fixture.Session.Shown, line =>
            line.Contains(leader, StringComparison.Ordinal)
            && line.Contains("zabbix-cluster", StringComparison.Ordinal)
            && line.Contains("pgbackrest --stanza=zabbix-cluster --type=full", StringComparison.Ordinal));
        Assert.Equal(sets, await _pgBackRest.LabelsAsync(leader));
        Assert.Equal(logged, await _pgBackRest.BackupLogSizeAsync(leader));
    }

    [Fact]
    public async Task Ctrl_C_ends_the_backup_on_the_node_within_two_seconds_and_the_next_can_start_at_once()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var before = await _pgBackRest.LabelsAsync(leader);

        var (run, stopping) = fixture.Session.RunAndStop(_pgBackRest.UntilRunningAsync(leader), "Invoke-PgBackRestBackup Full -Confirm:$false");
        var left = await _pgBackRest.ProcessesAsync(leader);
        var next = fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require();

        Assert.Empty(run.Output);
        Assert.True(stopping < TimeSpan.FromSeconds(2), $"took {stopping}");
        Assert.Equal("", left);
        var made = Assert.Single(next.As<PgBackRestBackup>()).Label;
        Assert.Equal([.. before, made], await _pgBackRest.LabelsAsync(leader));
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task After_a_switchover_the_backup_runs_on_the_new_leader()
    {
        var old = await fixture.Lab.LeaderAsync();
        var candidate = fixture.Lab.Hosts.Single(host => host.Role == "postgres" && host.Name != old).Name;
        await SwitchoverAsync(old, candidate);
        try
        {
            var backup = Assert.Single(fixture.Session.Run("Invoke-PgBackRestBackup Incr -Confirm:$false").Require().As<PgBackRestBackup>());

            Assert.Equal(candidate, backup.Source);
            Assert.Equal(await fixture.Lab.QueryAsync(candidate, "postgres", "select timeline_id from pg_control_checkpoint()"), $"{backup.Timeline}");
            Assert.Contains(backup.Label, await _pgBackRest.LabelsAsync(candidate));
        }
        finally
        {
            await SwitchoverAsync(candidate, old);
        }
    }

    private async Task SwitchoverAsync(string from, string to)
    {
        await fixture.Lab.ExecCheckedAsync(from, "patronictl", "-c", "/etc/patroni/config.yml", "switchover", "--leader", from, "--candidate", to, "--force");
        await fixture.Lab.WaitHealthyAsync();
    }
}
