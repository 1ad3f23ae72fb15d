namespace ZabbixDR.Lab.Tests;

/// <summary>What PostgreSQL says of its archiver and its standbys; psql and the files themselves are the witnesses.</summary>
[Collection(LabTestGroup.Name)]
public sealed class PgStatusTests(LabFixture fixture)
{
    [Fact]
    public async Task An_archiver_that_fails_is_told_with_what_waits_and_after_it_has_recovered_the_failure_is_history()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var archiving = (await fixture.Lab.QueryAsync(leader, "postgres", "SHOW archive_command")).Trim();
        try
        {
            Set("/bin/false");
            await UntilAsync(async () => await fixture.Lab.QueryAsync(leader, "postgres", "SHOW archive_command") == "/bin/false");
            await SwitchAsync(leader);
            await UntilAsync(async () => await fixture.Lab.QueryAsync(leader, "postgres", "SELECT last_failed_time > coalesce(last_archived_time, '-infinity') FROM pg_stat_archiver") == "t");

            var failing = Archiver();

            var directory = await fixture.Lab.QueryAsync(leader, "postgres", "SHOW data_directory");
            var ready = await fixture.Lab.ExecCheckedAsync(leader, "sh", "-c", $"ls {directory}/pg_wal/archive_status | grep -c ready$");
            Assert.True(failing.IsFailing);
            Assert.Equal(leader, failing.Node);
            Assert.Equal("/bin/false", failing.ArchiveCommand);
            Assert.Equal(long.Parse(ready.Output, System.Globalization.CultureInfo.InvariantCulture), failing.WaitingCount);
            Assert.Equal(16 * 1024 * 1024 * failing.WaitingCount, failing.WaitingBytes);
            Assert.InRange(failing.OldestWaiting!.Value, TimeSpan.Zero, TimeSpan.FromMinutes(30));
        }
        finally
        {
            Set(archiving);
            await UntilAsync(async () => await fixture.Lab.QueryAsync(leader, "postgres", "SHOW archive_command") == archiving);
            await SwitchAsync(leader);
        }

        await UntilAsync(async () => await fixture.Lab.QueryAsync(leader, "postgres", "SELECT last_archived_time > last_failed_time FROM pg_stat_archiver") == "t");
        var recovered = Archiver();
        Assert.False(recovered.IsFailing);
        Assert.NotNull(recovered.LastFailedWal);
    }

    [Fact]
    public async Task A_standby_is_as_the_primary_and_its_own_receiver_have_it_and_one_that_is_away_leaves_its_slot()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var replica = leader == "pg-siteA" ? "pg-siteB" : "pg-siteA";

        var standby = Assert.Single(Standbys(), one => one.Node == replica);

        Assert.Equal("streaming|sync", (await fixture.Lab.QueryAsync(leader, "postgres", $"SELECT state || '|' || sync_state FROM pg_stat_replication WHERE application_name = '{replica}'")));
        Assert.Equal((replica, PgReplicationState.Streaming, PgSyncState.Sync), (standby.Name, standby.State, standby.SyncState));
        Assert.Equal(await fixture.Lab.QueryAsync(leader, "postgres", $"SELECT slot_name FROM pg_replication_slots WHERE active"), standby.Slot);
        Assert.Equal(await fixture.Lab.QueryAsync(replica, "postgres", "SELECT status || '|' || received_tli || '|' || sender_host FROM pg_stat_wal_receiver"), $"{standby.Receiver!.Status}|{standby.Receiver.Timeline}|{standby.Receiver.SenderHost}");
        Assert.Equal(standby.Receiver.Timeline, standby.Timeline);

        await fixture.Lab.ExecCheckedAsync(replica, "systemctl", "stop", "patroni");
        try
        {
            var away = Assert.Single(Standbys(), one => one.Node == replica);
            Assert.Null(away.State);
            Assert.Null(away.Receiver);
            Assert.NotNull(away.Reason);
            Assert.Equal(await fixture.Lab.QueryAsync(leader, "postgres", "SELECT count(*) FROM pg_replication_slots WHERE NOT active"), away.SlotActive is false ? "1" : "0");
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(replica, "systemctl", "start", "patroni");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    private PgArchiver Archiver() => Assert.Single(fixture.Session.Run("param($t) Get-PgArchiverStatus -Topology $t", fixture.Lab.TopologyFile).Require().As<PgArchiver>());

    private IReadOnlyList<PgStandby> Standbys() => fixture.Session.Run("param($t) Get-PgReplicationStatus -Topology $t", fixture.Lab.TopologyFile).Require().As<PgStandby>();

    private void Set(string command) =>
        fixture.Session.Run("param($t, $c) Set-PatroniConfiguration -Parameter @{ archive_command = $c } -Topology $t", fixture.Lab.TopologyFile, command).Require();

    private async Task SwitchAsync(string node)
    {
        await fixture.Lab.QueryAsync(node, "postgres", "SELECT pg_logical_emit_message(true, 'lab', 'x')");
        await fixture.Lab.QueryAsync(node, "postgres", "SELECT pg_switch_wal()");
    }

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var end = DateTime.UtcNow.AddSeconds(90); !await isSo(); await Task.Delay(1000))
        {
            Assert.True(DateTime.UtcNow < end, "It did not become so within 90 s.");
        }
    }
}
