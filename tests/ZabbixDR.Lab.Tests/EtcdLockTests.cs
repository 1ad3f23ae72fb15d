namespace ZabbixDR.Lab.Tests;

/// <summary>The deployment's lock as a lease of etcd, as an operator meets it. What it does between two runs stands in LockTests (ZabbixDR.Engine.Lab.Tests).</summary>
[Collection(LabTestGroup.Name)]
public sealed class EtcdLockTests(LabFixture fixture)
{
    private const string Key = "/zabbixdr/lock/zabbix-cluster";

    [Fact]
    public async Task A_lease_is_shown_keeps_a_run_away_and_is_taken_from_its_holder()
    {
        var folder = Directory.CreateTempSubdirectory("zabbixdr-lock-").FullName;
        var snapshot = Assert.Single(fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d", folder).Require().As<EtcdSnapshot>()).Path;
        var lease = (await EtcdctlAsync("lease", "grant", "120")).Split(' ')[1];
        await EtcdctlAsync("put", $"--lease={lease}", Key, """{"run":"20260101T000000Z-beef","owner":"alice@elsewhere","since":"2026-01-01T00:00:00Z","fence":1000000}""");
        try
        {
            var held = Assert.Single(fixture.Session.Run("Get-DrLock | Where-Object Run").Require().As<DrLock>());
            Assert.Equal((true, "20260101T000000Z-beef", "alice@elsewhere", 1000000), (held.IsLease, held.Run, held.Owner, held.FencingNumber));
            Assert.InRange(held.ExpiresIn!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(120));
            fixture.Session.Run("Get-DrLock | Out-Default").Require();
            Assert.Contains(fixture.Session.Shown, line => line.Contains("etcd's lease", StringComparison.Ordinal));

            var refused = fixture.Session.Run("param($f) Restore-EtcdSnapshot $f -Confirm:$false", snapshot).SingleError;
            Assert.Equal("LockHeld", refused.FullyQualifiedErrorId.Split(',')[0]);
            Assert.Contains("run 20260101T000000Z-beef holds it as etcd's lease, taken by alice@elsewhere at 2026-01-01 00:00:00 UTC", refused.ToString(), StringComparison.Ordinal);
            Assert.Single(fixture.Session.Run("Get-DrLock | Where-Object Run").Require().As<DrLock>());

            var removed = Assert.Single(fixture.Session.Run("Get-DrLock | Where-Object Run | Remove-DrLock -Reason 'ticket 4712' -Confirm:$false").Require().As<DrLock>());
            Assert.Equal("", await EtcdctlAsync("get", "--print-value-only", Key));
            // The system journal shows a line a moment after it was written.
            await fixture.Lab.ExecCheckedAsync(removed.Node, "sh", "-c", "for attempt in $(seq 100); do journalctl -t zabbixdr -o cat --no-pager | grep -q 'ticket 4712' && exit 0; sleep 0.1; done; exit 1");
            Assert.Equal(["Nobody holds etcd's lease."], fixture.Session.Run("Remove-DrLock etcd-1 -Lease -Reason none -Confirm:$false").Require().Warnings);
        }
        finally
        {
            await EtcdctlAsync("del", Key);
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<string> EtcdctlAsync(params string[] arguments) => (await fixture.Lab.ExecCheckedAsync("etcd-1", ["etcdctl", .. arguments])).Output.TrimEnd('\n');
}
