using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

/// <summary>What changes Patroni's cluster through its REST interface; curl, patronictl and psql are the witnesses.</summary>
[Collection(LabTestGroup.Name)]
public sealed class PatroniChangeTests(LabFixture fixture)
{
    private const string Lock = "/var/lib/zabbixdr/lock";

    [Fact]
    public async Task A_setting_that_differs_is_written_and_read_back_and_one_that_does_not_is_left()
    {
        var (leader, before) = (await fixture.Lab.LeaderAsync(), await ConfigAsync());
        const string Set = "param($t) Set-PatroniConfiguration -FailsafeMode -Parameter @{ log_min_duration_statement = '5s' } -Topology $t";
        try
        {
            fixture.Session.Run(Set + " -WhatIf", fixture.Lab.TopologyFile).Require();
            Assert.Equal(before, await ConfigAsync());

            var set = Assert.Single(Run(Set).As<PatroniConfiguration>());

            Assert.True(set.FailsafeMode);
            Assert.Equal("5s", set.Parameters["log_min_duration_statement"]);
            using var written = JsonDocument.Parse(await ConfigAsync());
            Assert.True(written.RootElement.GetProperty("failsafe_mode").GetBoolean());
            Assert.Equal("5s", written.RootElement.GetProperty("postgresql").GetProperty("parameters").GetProperty("log_min_duration_statement").GetString());
            await UntilAsync(async () => await fixture.Lab.QueryAsync(leader, "postgres", "SHOW log_min_duration_statement") == "5s");

            var again = fixture.Session.Run(Set + " 6>&1", fixture.Lab.TopologyFile).Require();
            Assert.Contains(again.Output, line => line.ToString().StartsWith("Nothing changes: zabbix-cluster", StringComparison.Ordinal));
        }
        finally
        {
            Run("param($t) Set-PatroniConfiguration -Setting @{ failsafe_mode = $null } -Parameter @{ log_min_duration_statement = $null } -Topology $t");
        }

        Assert.Equal(before, await ConfigAsync());
    }

    [Fact]
    public async Task Timings_that_do_not_fit_are_refused_with_the_reason()
    {
        var before = await ConfigAsync();

        var error = fixture.Session.Run("param($t) Set-PatroniConfiguration -Ttl 20s -LoopWait 15s -Parameter @{ port = 5433 } -Topology $t", fixture.Lab.TopologyFile).SingleError;

        Assert.StartsWith("PatroniConfigurationUnfit,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("15 + 2 × 5 = 25 s", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("port is each node's own", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await ConfigAsync());
    }

    [Fact]
    public async Task While_a_run_holds_the_node_nothing_is_changed()
    {
        var before = await ConfigAsync();
        foreach (var node in new[] { "pg-siteA", "pg-siteB" })
        {
            await fixture.Lab.ExecCheckedAsync(node, "sh", "-c", $"mkdir -p /var/lib/zabbixdr; echo '{{\"run\":\"20260101T000000Z-cafe\"}}' >{Lock}");
        }

        try
        {
            var error = fixture.Session.Run("param($t) Set-PatroniConfiguration -FailsafeMode -Topology $t", fixture.Lab.TopologyFile).SingleError;

            Assert.StartsWith("RunHoldsNode,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("20260101T000000Z-cafe", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await Task.WhenAll(fixture.Lab.ExecCheckedAsync("pg-siteA", "rm", Lock), fixture.Lab.ExecCheckedAsync("pg-siteB", "rm", Lock));
        }

        Assert.Equal(before, await ConfigAsync());
    }

    [Fact]
    public async Task What_waits_for_a_restart_is_named_and_done_replica_first_and_the_leader_only_where_it_is_meant()
    {
        var (leader, replica) = (await fixture.Lab.LeaderAsync(), await ReplicaAsync());
        Run("param($t) Set-PatroniConfiguration -Parameter @{ track_activity_query_size = 2048 } -Topology $t");
        try
        {
            await UntilAsync(() => Task.FromResult(Run("param($t) Get-PatroniConfiguration -Topology $t").As<PatroniConfiguration>()[0].Pending.Count == 2));
            Assert.All(
                Run("param($t) Get-PatroniConfiguration -Topology $t").As<PatroniConfiguration>()[0].Pending,
                pending => Assert.Contains("2kB", pending.Reasons["track_activity_query_size"], StringComparison.Ordinal));
            var started = await StartedAsync(leader);

            var spared = fixture.Session.Run("param($t, $m) Restart-PatroniMember $m -Confirm:$false -Topology $t", fixture.Lab.TopologyFile, leader).SingleError;
            Assert.StartsWith("LeaderSpared,", spared.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal(started, await StartedAsync(leader));

            var restarts = Run("param($t) (Get-PatroniCluster -Topology $t).Members | Restart-PatroniMember -Pending -IncludeLeader -Confirm:$false -Topology $t").As<PatroniRestart>();

            Assert.Equal([replica, leader], restarts.Select(restart => restart.Member));
            Assert.All(restarts, restart => Assert.True(restart.Restarted));
            Assert.NotEqual(started, await StartedAsync(leader));
            foreach (var node in new[] { leader, replica })
            {
                Assert.Equal("2kB", await fixture.Lab.QueryAsync(node, "postgres", "SHOW track_activity_query_size"));
            }

            Assert.All(
                Run("param($t) (Get-PatroniCluster -Topology $t).Members | Restart-PatroniMember -Pending -IncludeLeader -Confirm:$false -Topology $t").As<PatroniRestart>(),
                restart => Assert.False(restart.Restarted));
        }
        finally
        {
            Run("param($t) Set-PatroniConfiguration -Parameter @{ track_activity_query_size = $null } -Topology $t");
            await UntilAsync(() => Task.FromResult(Run("param($t) Get-PatroniConfiguration -Topology $t").As<PatroniConfiguration>()[0].Pending.Count == 2));
            Run("param($t) (Get-PatroniCluster -Topology $t).Members | Restart-PatroniMember -Pending -IncludeLeader -Confirm:$false -Topology $t");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    public async Task A_replica_is_made_anew_and_the_leader_never()
    {
        var (leader, replica) = (await fixture.Lab.LeaderAsync(), await ReplicaAsync());
        var directory = await fixture.Lab.QueryAsync(leader, "postgres", "SHOW data_directory");
        var left = $"{directory}/left-behind";
        await Task.WhenAll(fixture.Lab.ExecCheckedAsync(leader, "touch", left), fixture.Lab.ExecCheckedAsync(replica, "touch", left));
        try
        {
            var refused = fixture.Session.Run("param($t, $m) Reset-PatroniMember $m -Wait -Confirm:$false -Topology $t", fixture.Lab.TopologyFile, leader).SingleError;
            Assert.StartsWith("LeaderNotReset,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.True((await fixture.Lab.ExecAsync(leader, "test", "-e", left)).Succeeded);

            var reset = Assert.Single(fixture.Session.Run(
                "param($t, $m) (Get-PatroniCluster -Topology $t).Members | Where-Object Name -eq $m | Reset-PatroniMember -Wait -Confirm:$false -Topology $t", fixture.Lab.TopologyFile, replica).Require().As<PatroniReset>());

            Assert.Equal(replica, reset.Member);
            Assert.Equal("pgbackrest", reset.Method);
            Assert.Contains($"created using {reset.Method}", (await fixture.Lab.ExecCheckedAsync(replica, "journalctl", "-u", "patroni", "--since=-10min", "-o", "cat")).Output, StringComparison.Ordinal);
            Assert.False((await fixture.Lab.ExecAsync(replica, "test", "-e", left)).Succeeded);
            Assert.Equal("streaming", await fixture.Lab.QueryAsync(leader, "postgres", $"SELECT state FROM pg_stat_replication WHERE application_name = '{replica}'"));
        }
        finally
        {
            await fixture.Lab.ExecAsync(leader, "rm", "-f", left);
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    public async Task A_pause_is_seen_by_every_member_and_ends_so_too()
    {
        try
        {
            Assert.True(Assert.Single(Run("param($t) Suspend-PatroniCluster -Confirm:$false -Topology $t").As<PatroniCluster>()).Paused);
            foreach (var address in new[] { "10.77.1.21", "10.77.2.22" })
            {
                Assert.Contains("\"pause\": true", (await fixture.Lab.ExecCheckedAsync("pg-siteA", "curl", "-s", $"http://{address}:8008/patroni")).Output, StringComparison.Ordinal);
            }

            Assert.Contains("Maintenance mode: on", (await fixture.Lab.ExecCheckedAsync("pg-siteA", "patronictl", "-c", "/etc/patroni/config.yml", "list")).Output, StringComparison.Ordinal);
            var again = fixture.Session.Run("param($t) Suspend-PatroniCluster -Confirm:$false -Topology $t 6>&1", fixture.Lab.TopologyFile).Require();
            Assert.Contains(again.Output, line => line.ToString().StartsWith("Nothing changes", StringComparison.Ordinal));
        }
        finally
        {
            Assert.False(Assert.Single(Run("param($t) Resume-PatroniCluster -Confirm:$false -Topology $t").As<PatroniCluster>()).Paused);
        }

        Assert.DoesNotContain("Maintenance", (await fixture.Lab.ExecCheckedAsync("pg-siteA", "patronictl", "-c", "/etc/patroni/config.yml", "list")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lead_is_handed_over_and_the_old_leader_follows_and_one_that_cannot_take_over_is_refused()
    {
        var (leader, replica) = (await fixture.Lab.LeaderAsync(), await ReplicaAsync());
        await fixture.Lab.ExecCheckedAsync(replica, "systemctl", "stop", "patroni");
        try
        {
            var refused = fixture.Session.Run("param($t, $m) Invoke-PatroniSwitchover -Candidate $m -Confirm:$false -Topology $t", fixture.Lab.TopologyFile, replica).SingleError;
            Assert.StartsWith("CandidateUnfit,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal(leader, await fixture.Lab.LeaderAsync());
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(replica, "systemctl", "start", "patroni");
            await fixture.Lab.WaitHealthyAsync();
        }

        var over = Assert.Single(Run("param($t) Invoke-PatroniSwitchover -Confirm:$false -Topology $t").As<PatroniSwitchover>());

        Assert.Equal((leader, replica), (over.OldLeader, over.NewLeader));
        Assert.Equal(over.TimelineBefore + 1, over.TimelineAfter);
        Assert.InRange(over.Outage, TimeSpan.FromTicks(1), over.Elapsed);
        Assert.Equal(("f", "t"), (await fixture.Lab.QueryAsync(replica, "postgres", "SELECT pg_is_in_recovery()"), await fixture.Lab.QueryAsync(leader, "postgres", "SELECT pg_is_in_recovery()")));
        Assert.Equal("streaming", await fixture.Lab.QueryAsync(replica, "postgres", $"SELECT state FROM pg_stat_replication WHERE application_name = '{leader}'"));
        await fixture.Lab.WaitHealthyAsync();
    }

    private ScriptRun Run(string script) => fixture.Session.Run(script, fixture.Lab.TopologyFile).Require();

    private async Task<string> ConfigAsync() => (await fixture.Lab.ExecCheckedAsync("pg-siteA", "curl", "-s", "http://10.77.1.21:8008/config")).Output;

    private Task<string> StartedAsync(string node) => fixture.Lab.QueryAsync(node, "postgres", "SELECT pg_postmaster_start_time()");

    private async Task<string> ReplicaAsync() => await fixture.Lab.LeaderAsync() == "pg-siteA" ? "pg-siteB" : "pg-siteA";

    private static async Task UntilAsync(Func<Task<bool>> isSo)
    {
        for (var end = DateTime.UtcNow.AddSeconds(60); !await isSo(); await Task.Delay(1000))
        {
            Assert.True(DateTime.UtcNow < end, "It did not become so within a minute.");
        }
    }
}
