namespace ZabbixDR.Lab.Tests;

/// <summary>A deployment of three PostgreSQL nodes: a lab of its own, in a session of its own.</summary>
[Collection(LabTestGroup.Name)]
[Trait("Category", "Campaign")]
public sealed class ThreeServersTests(LabFixture fixture) : IDisposable
{
    private const string Name = "servers3";
    private const string Third = "pg-siteB2";
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(10);
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-three-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task All_three_are_seen_configured_backed_up_reset_and_recovered()
    {
        var lab = await Lifecycle.UpAsync(new LabPlan(Name, fixture.Lab.Plan.Generation, fixture.Lab.Plan.Etcd3Site, servers: 3), Phases.Silent(), CancellationToken.None);
        try
        {
            await SeeAsync(lab);
            await ChangeAsync(lab);
            await LoseOneAsync(lab);
        }
        finally
        {
            await Lifecycle.DownAsync(Name, CancellationToken.None);
        }
    }

    private async Task SeeAsync(TwoSiteLab lab)
    {
        var said = await RunAsync(lab, """
            Save-EtcdSnapshot | Out-Null
            Backup-DrConfiguration | Out-Null
            $cluster = Get-PatroniCluster
            @{
                Roles = @($cluster.Members | ForEach-Object { "$($_.Role)" })
                Standbys = @(Get-PgReplicationStatus | ForEach-Object { "$($_.State)" })
                Configuration = @(Test-PgBackRestConfiguration | Where-Object { $_.Status -notin 'Pass' } | ForEach-Object { "$($_.Id) $($_.Node)" })
                Topology = @(Test-DrTopology | Where-Object { $_.Status -notin 'Pass' } | ForEach-Object { "$($_.Id) $($_.Node)" })
                Readiness = @(Test-DrReadiness | Where-Object { $_.Status -in 'Fail', 'Error' } | ForEach-Object { "$($_.Id) $($_.Node)" })
            }
            """);

        Assert.Equal(["Leader", "Replica", "SyncStandby"], said["Roles"].Order());
        Assert.Equal(["Streaming", "Streaming"], said["Standbys"]);
        Assert.Empty(said["Configuration"]);
        Assert.Empty(said["Topology"]);
        Assert.Empty(said["Readiness"]);
    }

    private async Task ChangeAsync(TwoSiteLab lab)
    {
        var before = await lab.LeaderAsync();
        var said = await RunAsync(lab, $$"""
            $installed = Install-PgBackRestConfiguration -Merge
            $archiving = Enable-PgWalArchiving -Restart
            $reset = Reset-PatroniMember {{Third}} -Wait -Force
            while ((Get-PatroniCluster).Members.Role -notcontains 'SyncStandby') { [Threading.Thread]::Sleep(1000) }
            Invoke-PatroniSwitchover | Out-Null
            $set = Invoke-PgBackRestBackup Incr
            Save-EtcdSnapshot | Restore-EtcdSnapshot | Out-Null
            @{ Installed = @($installed.Node); Archiving = @($archiving.Node); Source = @($set.Source); Label = @($set.Label) }
            """);

        Assert.Equal(["pg-siteA", "pg-siteB", Third], said["Installed"]);
        await lab.WaitHealthyAsync();
        var leader = await lab.LeaderAsync();
        Assert.NotEqual(before, leader);
        Assert.Equal([leader], said["Source"]);
        Assert.Equal("2", await lab.QueryAsync(leader, "postgres", "select count(*) from pg_stat_replication where state = 'streaming'"));
        Assert.Contains(Assert.Single(said["Label"]), (await lab.ExecCheckedAsync(leader, "runuser", "-u", "postgres", "--", "pgbackrest", "--stanza=zabbix-cluster", "info")).Output, StringComparison.Ordinal);
    }

    private async Task LoseOneAsync(TwoSiteLab lab)
    {
        await lab.KillAsync(Third);
        var said = await RunAsync(lab, """
            $set = Invoke-PgBackRestBackup Incr
            @{
                Silent = @((Get-PatroniCluster).Members | Where-Object { -not $_.IsAnswering } | ForEach-Object Name)
                Unwell = @(Test-DrNode | Where-Object { $_.Status -in 'Fail', 'Error' } | ForEach-Object Node)
                Label = @($set.Label)
            }
            """);

        Assert.Equal([Third], said["Silent"]);
        Assert.All(said["Unwell"], node => Assert.Equal(Third, node));
        Assert.NotEmpty(said["Unwell"]);
        Assert.Single(said["Label"]);
    }

    private async Task<ILookup<string, string>> RunAsync(TwoSiteLab lab, string script)
    {
        var (file, answer) = (Path.Combine(_folder, "script.ps1"), Path.Combine(_folder, "answer"));
        await File.WriteAllTextAsync(file, $$"""
            $ErrorActionPreference = 'Stop'
            $ConfirmPreference = 'None'
            Connect-DrDeployment '{{lab.TopologyFile}}' -WarningAction Ignore | Out-Null
            $answer = & {
            {{script}}
            }
            [IO.File]::WriteAllLines('{{answer}}', [string[]]@(foreach ($key in $answer.Keys) { foreach ($value in $answer[$key]) { "$key $value" } }))
            """);
        var session = lab.Network.Inside([.. ThisProgram.Argv, "session", "--name", Name, "--script", file]) with
        {
            Limit = s_limit,
            Variables = new Dictionary<string, string> { ["XDG_STATE_HOME"] = _folder },
        };
        var outcome = await session.RunAsync();
        Assert.True(File.Exists(answer), outcome.Output + outcome.Error);
        var said = (await File.ReadAllLinesAsync(answer)).Select(line => line.Split(' ', 2)).ToLookup(line => line[0], line => line[1]);
        File.Delete(answer);
        return said;
    }
}
