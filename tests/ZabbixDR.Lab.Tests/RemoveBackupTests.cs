using System.Management.Automation;

namespace ZabbixDR.Lab.Tests;

/// <summary>Sets that are removed for real.</summary>
[Collection(LabTestGroup.Name)]
public sealed class RemoveBackupTests(LabFixture fixture)
{
    private readonly LabPgBackRest _pgBackRest = new(fixture.Lab);

    [Fact]
    public async Task A_set_goes_with_what_builds_on_it_and_nothing_else_and_the_last_full_set_never()
    {
        var leader = await fixture.Lab.LeaderAsync();
        await using var amended = await _pgBackRest.AmendAsync(leader, "s/^repo1-retention-full=.*/repo1-retention-full=9/; s/^repo1-retention-diff=.*/repo1-retention-diff=9/");
        var full = Take("Full");
        var (diff, incr) = (Take("Diff"), Take("Incr"));
        var last = Take("Full");
        var before = await _pgBackRest.LabelsAsync(leader);
        var shown = fixture.Session.Shown.Count;

        fixture.Session.Run("param($l) Remove-PgBackRestBackup $l -WhatIf", full).Require();
        var said = string.Join('\n', fixture.Session.Shown.Skip(shown));
        Assert.Equal(before, await _pgBackRest.LabelsAsync(leader));
        Assert.Contains($"{leader}: pgbackrest --stanza=zabbix-cluster --repo=1 --set={full} --log-level-console=info --log-level-stderr=off --log-timestamp expire", said, StringComparison.Ordinal);
        Assert.All([diff, incr], label => Assert.Contains($"goes: {label}", said, StringComparison.Ordinal));
        Assert.Contains($"it builds on {full}", said, StringComparison.Ordinal);
        Assert.DoesNotContain(last, said, StringComparison.Ordinal);

        var removed = fixture.Session.Run("param($l) Get-PgBackRestBackup $l | Remove-PgBackRestBackup -Confirm:$false", diff).Require().As<PgBackRestBackup>();
        Assert.Equal([diff, incr], removed.Select(set => set.Label));
        Assert.Equal(before.Except([diff, incr]), await _pgBackRest.LabelsAsync(leader));

        var all = fixture.Session.Run("Get-PgBackRestBackup -Type Full | Remove-PgBackRestBackup -Confirm:$false");
        AssertError(all.SingleError, "LastFullBackup", ErrorCategory.ResourceBusy, leader);
        Assert.Contains(last, all.SingleError.Exception.Message, StringComparison.Ordinal);
        Assert.Equal([last], await _pgBackRest.LabelsAsync(leader));
        Assert.Equal(before.Except([diff, incr, last]), all.As<PgBackRestBackup>().Select(set => set.Label));
        AssertError(fixture.Session.Run("param($l) Remove-PgBackRestBackup $l -Confirm:$false", full).SingleError, "BackupMissing", ErrorCategory.ObjectNotFound, leader);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task Without_a_label_what_retention_no_longer_covers_goes_and_an_empty_pipeline_removes_nothing()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var old = Take("Full");
        var kept = Take("Full");
        await using var amended = await _pgBackRest.AmendAsync(leader, "s/^repo1-retention-full=.*/repo1-retention-full=1/");

        var none = fixture.Session.Run("Get-PgBackRestBackup | Where-Object Label -eq none | Remove-PgBackRestBackup -Confirm:$false").Require();
        Assert.Empty(none.Output);
        Assert.Contains(old, await _pgBackRest.LabelsAsync(leader));

        var before = await _pgBackRest.LabelsAsync(leader);
        var process = await _pgBackRest.StartExpireAndFreezeAsync("pg-siteB");
        try
        {
            AssertError(fixture.Session.Run("Remove-PgBackRestBackup -Confirm:$false").SingleError, "LockHeld", ErrorCategory.ResourceBusy, "pg-siteB");
        }
        finally
        {
            await _pgBackRest.ThawAndEndAsync("pg-siteB", process);
        }

        var removed = fixture.Session.Run("Remove-PgBackRestBackup -Confirm:$false").Require().As<PgBackRestBackup>();
        Assert.Equal(before.Except([kept]), removed.Select(set => set.Label));
        Assert.Equal([kept], await _pgBackRest.LabelsAsync(leader));
        Assert.Empty(fixture.Session.Run("Remove-PgBackRestBackup -Confirm:$false").Require().Output);
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_set_that_pgBackRest_cannot_take_away_is_an_error()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var full = Take("Full");
        Take("Full");
        var set = $"/mnt/backup/pgbackrest/backup/zabbix-cluster/{full}";
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", $"mount --bind {set} {set}; mount -o remount,ro,bind {set}");
        try
        {
            var error = fixture.Session.Run("param($l) Remove-PgBackRestBackup $l -Confirm:$false", full).SingleError;

            Assert.Equal(leader, error.TargetObject);
            Assert.Contains("Read-only file system", error.Exception.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "umount", set);
        }

        Assert.Contains(full, await _pgBackRest.LabelsAsync(leader));
    }

    private string Take(string type) => Assert.Single(fixture.Session.Run($"Invoke-PgBackRestBackup {type} -Confirm:$false").Require().As<PgBackRestBackup>()).Label;

    private static void AssertError(ErrorRecord error, string id, ErrorCategory category, string node)
    {
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal(node, error.TargetObject);
    }
}
