using System.Security.Cryptography;

namespace ZabbixDR.Lab.Tests;

/// <summary>Copies of snapshots on nodes, and what is kept where.</summary>
[Collection(LabTestGroup.Name)]
public sealed class EtcdCopyTests : IAsyncLifetime
{
    private const string Kept = "/srv/etcd-kept";
    private static readonly string[] s_places = ["pg-siteA", "etcd-2"];
    private readonly LabFixture _fixture;
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-kept-").FullName;
    private readonly string _topology;

    public EtcdCopyTests(LabFixture fixture)
    {
        _fixture = fixture;
        _topology = WithCopies();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        foreach (var place in s_places)
        {
            await _fixture.Lab.ExecCheckedAsync(place, "rm", "-rf", Kept);
        }
    }

    [Fact]
    public async Task A_snapshot_lies_on_each_place_with_the_same_sum_and_for_root_alone()
    {
        var snapshot = Assert.Single(Run("Save-EtcdSnapshot").Require().As<EtcdSnapshot>());

        Assert.Equal(s_places, snapshot.Copies.Select(copy => copy.Node));
        foreach (var copy in snapshot.Copies)
        {
            Assert.Equal((true, null, $"{Kept}/{Path.GetFileName(snapshot.Path)}"), (copy.IsProven, copy.Reason, copy.Path));
            var sum = await _fixture.Lab.ExecCheckedAsync(copy.Node, "sha256sum", copy.Path);
            Assert.StartsWith(snapshot.Sha256 + " ", sum.Output, StringComparison.Ordinal);
            Assert.Equal("600 root root\n700 root root\n", (await _fixture.Lab.ExecCheckedAsync(copy.Node, "stat", "-c", "%a %U %G", copy.Path, Kept)).Output);
        }
    }

    [Fact]
    public async Task A_place_that_cannot_take_its_copy_is_an_error_and_costs_only_that()
    {
        await _fixture.Lab.ExecCheckedAsync("pg-siteA", "touch", Kept);

        var run = Run("Save-EtcdSnapshot");

        Assert.Equal("pg-siteA", run.SingleError.TargetObject);
        var snapshot = Assert.Single(run.As<EtcdSnapshot>());
        Assert.True(File.Exists(snapshot.Path));
        Assert.Equal([("pg-siteA", false), ("etcd-2", true)], snapshot.Copies.Select(copy => (copy.Node, copy.IsProven)));
        Assert.Equal(run.SingleError.Exception.Message, snapshot.Copies[0].Reason);
    }

    [Fact]
    public void WhatIf_names_the_places_and_copies_nothing()
    {
        Run("Save-EtcdSnapshot -WhatIf").Require();

        Assert.Contains(_fixture.Session.Shown, line => line.Contains("with copies on pg-siteA, etcd-2", StringComparison.Ordinal));
        Assert.Empty(Listed());
    }

    [Fact]
    public async Task All_places_are_listed_and_a_damaged_copy_is_found_where_it_lies()
    {
        var older = Assert.Single(Run("Save-EtcdSnapshot etcd-1").Require().As<EtcdSnapshot>());
        var newer = Assert.Single(Run("Save-EtcdSnapshot etcd-2").Require().As<EtcdSnapshot>());
        await FlipAsync("etcd-2", older.Copies[1].Path);
        await _fixture.Lab.ExecCheckedAsync("pg-siteA", "truncate", "-s", "-7", newer.Copies[0].Path);

        var listed = Listed();
        Assert.Equal([newer.CreatedAt.ToUnixTimeSeconds(), older.CreatedAt.ToUnixTimeSeconds()], listed.Select(file => file.CreatedAt.ToUnixTimeSeconds()).Distinct());
        Assert.All(listed, file => Assert.Null(file.Status));
        Assert.Equal([null, "etcd-2", "pg-siteA", null, "etcd-2", "pg-siteA"], listed.Select(file => file.Node));
        Assert.Equal(newer.Revision, listed[0].Revision);
        Assert.All(listed.Take(3), file => Assert.Equal("etcd-2", file.Member));

        var verified = Listed("-Verify");
        Assert.Equal(
            [EtcdSnapshotStatus.Valid, EtcdSnapshotStatus.Valid, EtcdSnapshotStatus.Truncated, EtcdSnapshotStatus.Valid, EtcdSnapshotStatus.ChecksumMismatch, EtcdSnapshotStatus.Valid],
            verified.Select(file => file.Status!.Value));
        Assert.All(verified, file => Assert.Equal(file.Status == EtcdSnapshotStatus.Valid, file.Reason is null));
    }

    [Fact]
    public async Task A_place_without_power_hides_no_other()
    {
        Run("Save-EtcdSnapshot").Require();
        await _fixture.Lab.ExecCheckedAsync("pg-siteA", "systemctl", "stop", "ssh.socket", "ssh.service");
        try
        {
            var run = Run("Get-EtcdSnapshot -Verify");

            Assert.Equal("pg-siteA", run.SingleError.TargetObject);
            Assert.Equal([null, "etcd-2"], run.As<EtcdSnapshotFile>().Select(file => file.Node));
        }
        finally
        {
            await _fixture.Lab.ExecAsync("pg-siteA", "systemctl", "start", "ssh");
        }
    }

    [Fact]
    public async Task A_copy_on_a_node_is_fetched_to_be_restored_from()
    {
        var good = Assert.Single(Run("Save-EtcdSnapshot").Require().As<EtcdSnapshot>());
        var bad = Assert.Single(Run("Save-EtcdSnapshot").Require().As<EtcdSnapshot>());
        await FlipAsync("etcd-2", bad.Copies[1].Path);
        File.Delete(good.Path);
        File.Delete(bad.Path);

        Run("Get-EtcdSnapshot -Topology $t | Where-Object Node -eq etcd-2 | Restore-EtcdSnapshot -WhatIf").Require();
        Assert.Contains(_fixture.Session.Shown, line => line.Contains($"{good.Copies[1].Path} on etcd-2", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));

        // The lock of somebody else ends the run behind all that looks at the snapshot, and before anything is changed.
        await _fixture.Lab.ExecCheckedAsync("zbx-siteA", "sh", "-c", """mkdir -p /var/lib/zabbixdr; echo '{"run":"20260101T000000Z-beef","owner":"alice@elsewhere","since":"2026-01-01T00:00:00Z"}' >/var/lib/zabbixdr/lock""");
        try
        {
            var refused = Run($"Get-EtcdSnapshot -Topology $t | Where-Object {{ $_.Node -eq 'etcd-2' -and $_.Path -eq '{good.Copies[1].Path}' }} | Restore-EtcdSnapshot -Confirm:$false").SingleError;
            Assert.StartsWith("LockHeld,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal([good.Path], Directory.GetFileSystemEntries(_folder));
            Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(good.Path))), (await _fixture.Lab.ExecCheckedAsync("etcd-2", "sha256sum", good.Copies[1].Path)).Output, StringComparison.Ordinal);

            var damaged = Run($"Restore-EtcdSnapshot {bad.Copies[1].Path} -Node etcd-2 -Confirm:$false").SingleError;
            Assert.StartsWith("SnapshotNotRestorable,", damaged.FullyQualifiedErrorId, StringComparison.Ordinal);
            var gone = Run($"Restore-EtcdSnapshot {Kept}/gone.db -Node etcd-2 -Confirm:$false").SingleError;
            Assert.StartsWith("SnapshotCopyMissing,", gone.FullyQualifiedErrorId, StringComparison.Ordinal);
        }
        finally
        {
            await _fixture.Lab.ExecCheckedAsync("zbx-siteA", "rm", "/var/lib/zabbixdr/lock");
        }
    }

    [Fact]
    public async Task Old_ones_go_and_the_newest_valid_one_of_each_place_stays()
    {
        string[] old = ["etcd-snapshot-20260101T000000Z-etcd-1.db", "etcd-snapshot-20260102T000000Z-etcd-1.db"];
        var snapshot = Assert.Single(Run("Save-EtcdSnapshot").Require().As<EtcdSnapshot>());
        var newest = Path.GetFileName(snapshot.Path);
        foreach (var name in old)
        {
            File.Copy(snapshot.Path, Path.Combine(_folder, name));
            await Task.WhenAll(s_places.Select(place => _fixture.Lab.ExecCheckedAsync(place, "cp", $"{Kept}/{newest}", $"{Kept}/{name}")));
        }

        await FlipAsync("etcd-2", snapshot.Copies[1].Path);
        Assert.StartsWith("RetentionUnset,", Run("Remove-EtcdSnapshot").SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("7d", Run("Remove-EtcdSnapshot -OlderThan 7").SingleError.ToString(), StringComparison.Ordinal);
        Run("Remove-EtcdSnapshot -KeepLast 1 -WhatIf").Require();
        Assert.Contains(_fixture.Session.Shown, line => line.Contains($"pg-siteA:{Kept}/{old[1]}", StringComparison.Ordinal));
        Assert.Equal(9, Listed().Count);

        await _fixture.Lab.ExecCheckedAsync("pg-siteA", "systemctl", "stop", "ssh.socket", "ssh.service");
        var run = Run("Remove-EtcdSnapshot -OlderThan 7d -Confirm:$false");
        await _fixture.Lab.ExecCheckedAsync("pg-siteA", "systemctl", "start", "ssh");

        Assert.Equal("pg-siteA", run.SingleError.TargetObject);
        Assert.Contains($"etcd-2:{Kept}/{old[1]} stays", Assert.Single(run.Warnings), StringComparison.Ordinal);
        Assert.Equal(3, run.As<EtcdSnapshotFile>().Count);
        Assert.Equal([snapshot.Path], Directory.GetFiles(_folder));
        Assert.Equal(old.Skip(1).Append(newest), await KeptOnAsync("etcd-2"));
        Assert.Equal(old.Append(newest), await KeptOnAsync("pg-siteA"));

        // Piped alone, the damaged one goes; what is the last valid one stays whoever asks.
        Run("Get-EtcdSnapshot -Verify -Topology $t | Where-Object Status -eq ChecksumMismatch | Remove-EtcdSnapshot -Confirm:$false").Require();
        Assert.Contains("stays", Assert.Single(Run("Get-EtcdSnapshot -Topology $t | Where-Object Node -eq etcd-2 | Remove-EtcdSnapshot -Confirm:$false").Require().Warnings), StringComparison.Ordinal);
        Assert.Equal(old[1], Assert.Single(await KeptOnAsync("etcd-2")));
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_revision_that_goes_back_is_told()
    {
        // Put back to its saved state the cluster is as after a restore; Patroni writes far fewer in the meantime.
        await _fixture.Lab.ExecCheckedAsync("etcd-1", "sh", "-ec", "for n in $(seq 200); do etcdctl put /zabbixdr-test/ahead $n >/dev/null; done");
        var ahead = Assert.Single(Run("Save-EtcdSnapshot").Require().As<EtcdSnapshot>());
        Assert.Empty(Run("Save-EtcdSnapshot").Require().Warnings);
        Array.ForEach(Directory.GetFiles(_folder).Where(file => file != ahead.Path).ToArray(), File.Delete);

        await _fixture.Lab.ResetAsync();
        await _fixture.Lab.WaitHealthyAsync();
        var run = _fixture.Session.Run("param($t) Save-EtcdSnapshot -Topology $t", WithCopies()).Require();

        Assert.InRange(Assert.Single(run.As<EtcdSnapshot>()).Revision, 1, ahead.Revision - 1);
        Assert.Contains($"is below that of {ahead.Path}, {ahead.Revision}", Assert.Single(run.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_quorum_only_the_certificate_of_root_saves_one()
    {
        var root = _fixture.TopologyWith("certFile: etcd/client.crt\n  keyFile: etcd/client.key", "certFile: etcd/root.crt\n  keyFile: etcd/root.key");
        await Task.WhenAll(SystemctlAsync("stop", "etcd-2"), SystemctlAsync("stop", "etcd-3"));
        try
        {
            var refused = _fixture.Session.Run("param($t, $d) Save-EtcdSnapshot -Topology $t -Destination $d", _fixture.Lab.TopologyFile, _folder).SingleError;
            Assert.StartsWith("EtcdHasNoHealthyMember,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("CN=root", refused.Exception.Message, StringComparison.Ordinal);

            var run = _fixture.Session.Run("param($t, $d) Save-EtcdSnapshot -Topology $t -Destination $d", root, _folder).Require();
            var snapshot = Assert.Single(run.As<EtcdSnapshot>());
            Assert.Equal("etcd-1", snapshot.Member);
            Assert.Contains("etcd has no quorum", Assert.Single(run.Warnings), StringComparison.Ordinal);
            Assert.Equal(EtcdSnapshotStatus.Valid, Assert.Single(_fixture.Session.Run("param($f) Test-EtcdSnapshot $f", snapshot.Path).Require().As<EtcdSnapshotCheck>()).Status);
        }
        finally
        {
            await Task.WhenAll(SystemctlAsync("start", "etcd-2"), SystemctlAsync("start", "etcd-3"));
            await _fixture.Lab.WaitHealthyAsync();
        }
    }

    private string WithCopies() => _fixture.TopologyWith(
        "keepDays: 7", $"keepDays: 7\n    copies: [{string.Join(", ", s_places)}]\n    nodeDirectory: {Kept}", "directory: etcd-snapshots", $"directory: {_folder}");

    private ScriptRun Run(string command) => _fixture.Session.Run($"param($t) {command} -Topology $t", _topology);

    private IReadOnlyList<EtcdSnapshotFile> Listed(string switches = "") => Run($"Get-EtcdSnapshot {switches}").Require().As<EtcdSnapshotFile>();

    private async Task<string[]> KeptOnAsync(string place) =>
        (await _fixture.Lab.ExecCheckedAsync(place, "ls", Kept)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private async Task FlipAsync(string host, string file) => await _fixture.Lab.ExecCheckedAsync(
        host, "sh", "-ec", "byte=$(od -An -tu1 -j 9000 -N 1 \"$1\"); printf \"\\\\$(printf %o $((byte ^ 1)))\" | dd of=\"$1\" bs=1 seek=9000 conv=notrunc status=none", "sh", file);

    private async Task SystemctlAsync(string verb, string host) => await _fixture.Lab.ExecCheckedAsync(host, "systemctl", verb, "etcd");
}
