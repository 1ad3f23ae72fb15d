using System.Diagnostics;
using System.Management.Automation;
using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class EtcdSnapshotTests : IDisposable
{
    private readonly LabFixture _fixture;
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-snapshots-").FullName;

    public EtcdSnapshotTests(LabFixture fixture) => _fixture = fixture;

    private TwoSiteLab Lab => _fixture.Lab;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_snapshot_is_what_sha256sum_and_etcdutl_say_it_is()
    {
        var snapshot = Save();

        Assert.Equal([snapshot.Path], Directory.GetFileSystemEntries(_folder));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(snapshot.Path));
        Assert.Matches(@"/etcd-snapshot-\d{8}T\d{6}Z-etcd-[123]\.db$", snapshot.Path);
        Assert.Equal(new FileInfo(snapshot.Path).Length, snapshot.Size);
        Assert.StartsWith(snapshot.Sha256 + " ", await Sha256SumAsync(snapshot.Path), StringComparison.Ordinal);
        Assert.Equal(await RevisionByEtcdutlAsync(snapshot.Path), snapshot.Revision);
    }

    [Fact]
    public void It_pipes_into_its_own_check()
    {
        var check = Assert.Single(_fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d | Test-EtcdSnapshot", _folder).Require().As<EtcdSnapshotCheck>());

        Assert.Equal((EtcdSnapshotStatus.Valid, null), (check.Status, check.Reason));
        Assert.Equal(check.ExpectedSha256, check.ActualSha256);
        Assert.NotNull(check.Revision);
    }

    [Fact]
    public async Task It_holds_what_the_one_holds_that_etcdctl_saves()
    {
        // Not byte for byte: etcd 3.5 commits a transaction for each snapshot, so that two of etcdctl's own differ in their meta
        // pages. etcdutl's hash is over every bucket, key and value. Ours comes first, since a login with a password is an entry in
        // the log, and etcdctl's certificate needs none. Patroni writes every few seconds: tried until it did not.
        for (var attempt = 1; ; attempt++)
        {
            var theirs = Lab.HostFile("etcd-2", "/root/theirs.db");
            File.Delete(theirs);
            var ours = Save("etcd-2");
            await Lab.ExecCheckedAsync("etcd-2", "env", "ETCDCTL_ENDPOINTS=https://127.0.0.1:2379", "etcdctl", "snapshot", "save", "/root/theirs.db");
            var same = await StatusByEtcdutlAsync(theirs) == await StatusByEtcdutlAsync(ours.Path);
            File.Delete(theirs);
            if (same)
            {
                return;
            }

            Assert.True(attempt < 20, "the two never held the same");
        }
    }

    [Fact]
    public void Two_in_a_second_do_not_take_each_others_place()
    {
        var snapshots = _fixture.Session.Run("param($d) 1..3 | ForEach-Object { Save-EtcdSnapshot etcd-1 -Destination $d }", _folder).Require().As<EtcdSnapshot>();

        Assert.Equal(3, snapshots.Select(snapshot => snapshot.Path).Distinct().Count());
        Assert.Equal(3, Directory.GetFiles(_folder).Length);
    }

    [Fact]
    public void It_shows_its_progress_in_bytes()
    {
        var progress = _fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d", _folder).Require().Progress;

        Assert.Contains(progress, record => record.Activity.StartsWith("Saving etcd snapshot from etcd-", StringComparison.Ordinal) && record.StatusDescription.Contains(" KiB of ", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIf_names_the_member_and_writes_nothing()
    {
        Assert.Empty(_fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d -WhatIf", _folder).Require().Output);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_member_killed_in_the_middle_is_told_and_nothing_is_left()
    {
        await using var slow = await SlowEtcdAsync();
        var saving = Task.Run(() => _fixture.Session.Run("param($d) Save-EtcdSnapshot etcd-3 -Destination $d", _folder));
        await PartAsync();
        await Lab.KillAsync("etcd-3");
        try
        {
            var clock = Stopwatch.StartNew();
            var error = (await saving).SingleError;

            AssertError(error, "SnapshotStreamBroken", ErrorCategory.ConnectionError, "etcd-3");
            Assert.Contains("the stream broke after ", error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("Nothing was kept", error.Exception.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(_folder));

            // A dead host says nothing: the ping finds out.
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(40), $"took {clock.Elapsed}");
        }
        finally
        {
            await Lab.StartAsync("etcd-3");
            await Lab.WaitHealthyAsync();
        }

        Assert.Equal(EtcdSnapshotStatus.Valid, Check(Save().Path).Status);
    }

    [Fact]
    public async Task Ctrl_C_in_the_middle_stops_within_two_seconds_and_leaves_nothing()
    {
        await using var slow = await SlowEtcdAsync();

        var (run, stopping) = _fixture.Session.RunAndStop(PartAsync(), "param($d) Save-EtcdSnapshot etcd-3 -Destination $d", _folder);

        Assert.True(stopping < TimeSpan.FromSeconds(2), $"took {stopping}");
        Assert.Empty(run.Output);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task A_full_disk_is_told_with_what_is_needed_and_what_is_free()
    {
        var small = Directory.CreateDirectory(Path.Combine(_folder, "small")).FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=16k", "zabbixdr-test", small);
        try
        {
            var error = _fixture.Session.Run("param($d) Save-EtcdSnapshot etcd-2 -Destination $d", small).SingleError;

            AssertError(error, "SnapshotDiskFull", ErrorCategory.ResourceUnavailable, "etcd-2");
            Assert.Contains(small, error.Exception.Message, StringComparison.Ordinal);
            Assert.Contains("16 KiB are free", error.Exception.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFileSystemEntries(small));
        }
        finally
        {
            await RunAsync("umount", small);
        }
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_disk_that_fills_in_the_middle_is_told_and_nothing_is_left()
    {
        var small = Directory.CreateDirectory(Path.Combine(_folder, "small")).FullName;
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=16m", "zabbixdr-test", small);
        try
        {
            await using var slow = await SlowEtcdAsync();
            var saving = Task.Run(() => _fixture.Session.Run("param($d) Save-EtcdSnapshot etcd-3 -Destination $d", small));
            await PartAsync(small);
            var ballast = Path.Combine(small, "ballast");
            await RunAsync("sh", "-c", "cat /dev/zero >\"$1\" 2>/dev/null || true", "sh", ballast);

            var error = (await saving).SingleError;

            AssertError(error, "SnapshotDiskFull", ErrorCategory.ResourceUnavailable, "etcd-3");
            Assert.Equal([ballast], Directory.GetFileSystemEntries(small));
        }
        finally
        {
            await RunAsync("umount", small);
        }
    }

    [Fact]
    public void A_directory_that_is_not_there_ends_the_command()
    {
        var error = _fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d", Path.Combine(_folder, "nowhere")).SingleError;

        Assert.StartsWith("SnapshotDirectoryMissing,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("install -d", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Files_that_must_not_be_restored_from_are_told_apart()
    {
        var bytes = File.ReadAllBytes(Save().Path);
        var flipped = bytes.ToArray();
        flipped[bytes.Length / 2] ^= 1;
        Write("a-flipped.db", flipped);
        Write("b-truncated.db", bytes.AsSpan(..(bytes.Length / 2)));
        Write("c-unsummed.db", bytes.AsSpan(..^32));
        Write("d-else.db", "something else"u8);

        var checks = _fixture.Session.Run("param($d) Test-EtcdSnapshot $d/?-*.db", _folder).Require().As<EtcdSnapshotCheck>();

        Assert.Equal(
            [EtcdSnapshotStatus.ChecksumMismatch, EtcdSnapshotStatus.Truncated, EtcdSnapshotStatus.ChecksumMissing, EtcdSnapshotStatus.NotASnapshot],
            checks.OrderBy(check => check.Path, StringComparer.Ordinal).Select(check => check.Status));
        Assert.All(checks, check => Assert.NotNull(check.Reason));
    }

    [Fact]
    public void A_file_that_is_not_there_costs_only_itself()
    {
        var run = _fixture.Session.Run("param($here, $gone) $gone, $here | Test-EtcdSnapshot", Save().Path, Path.Combine(_folder, "gone.db"));

        AssertError(run.SingleError, "SnapshotFileMissing", ErrorCategory.ObjectNotFound, null);
        Assert.Equal(EtcdSnapshotStatus.Valid, Assert.Single(run.As<EtcdSnapshotCheck>()).Status);
    }

    private static void AssertError(ErrorRecord error, string id, ErrorCategory category, string? node)
    {
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Equal(node, error.TargetObject);
    }

    /// <summary>etcd-3 with at least a megabyte to send, and half a minute to send it in.</summary>
    private async Task<SlowLine> SlowEtcdAsync()
    {
        var size = Assert.Single(_fixture.Session.Run("Test-EtcdEndpoint etcd-3").Require().As<EtcdEndpoint>()).DbSize;
        if (size < 1_000_000)
        {
            await Lab.ExecCheckedAsync("etcd-1", ["etcdctl", "put", "/zabbixdr-test/ballast"], input: new string('x', 1_000_000));
            await Lab.ExecCheckedAsync("etcd-1", "etcdctl", "del", "/zabbixdr-test/ballast");
        }

        return await SlowLine.OnAsync(Lab, "etcd-3");
    }

    private static async Task RunAsync(params string[] argv)
    {
        using var process = Process.Start(new ProcessStartInfo(argv[0], argv.Skip(1)))!;
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, process.ExitCode);
    }

    private static async Task<string> Sha256SumAsync(string file)
    {
        using var process = Process.Start(new ProcessStartInfo("sha256sum", [file]) { RedirectStandardOutput = true })!;
        return await process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_check_says_what_etcdutl_psql_and_patronictl_say()
    {
        var leader = await Lab.LeaderAsync();
        var file = Save().Path;
        var check = Check(file);
        var status = JsonDocument.Parse(await StatusByEtcdutlAsync(file)).RootElement;

        Assert.Equal(
            (status.GetProperty("hash").GetUInt32(), status.GetProperty("revision").GetInt64(), status.GetProperty("totalKey").GetInt64(), status.GetProperty("totalSize").GetInt64()),
            (check.Hash, check.Revision, check.TotalEntries, check.DatabaseSize));
        Assert.Equal((await Lab.ExecCheckedAsync("etcd-1", "etcdctl", "get", "", "--prefix", "--keys-only", $"--rev={check.Revision}")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, check.TotalKeys);
        var scope = Assert.Single(check.Patroni);
        Assert.Equal((await Lab.QueryAsync(leader, "zabbix", "SELECT system_identifier FROM pg_control_system()"), leader, leader), (scope.SystemIdentifier, scope.Leader, scope.SyncLeader));
        Assert.Equal((await Lab.ExecCheckedAsync("etcd-1", "etcdctl", "get", "--print-value-only", $"{scope.Path}/config")).Output.Trim(), scope.Configuration);
        Assert.Equal((await Lab.ExecCheckedAsync("etcd-1", "etcdctl", "user", "list")).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries), check.Users);
        Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], check.Members.Order(StringComparer.Ordinal));
    }

    private async Task<long> RevisionByEtcdutlAsync(string file) =>
        JsonDocument.Parse(await StatusByEtcdutlAsync(file)).RootElement.GetProperty("revision").GetInt64();

    private async Task<string> StatusByEtcdutlAsync(string file)
    {
        File.Copy(file, Lab.HostFile("etcd-1", "/root/looked-at.db"), overwrite: true);
        // etcdutl came with etcd 3.5; in 3.4 the question was etcdctl's.
        const string status = "if command -v etcdutl >/dev/null; then tool=etcdutl; else tool=etcdctl; fi; $tool snapshot status /root/looked-at.db -w json";
        var outcome = await Lab.ExecCheckedAsync("etcd-1", "sh", "-c", status);
        File.Delete(Lab.HostFile("etcd-1", "/root/looked-at.db"));
        return outcome.Output.Trim();
    }

    /// <summary>Ends when a snapshot is under way: its part is there, and some of the stream has come.</summary>
    private Task PartAsync() => PartAsync(_folder);

    private static async Task PartAsync(string folder)
    {
        var clock = Stopwatch.StartNew();
        while (!Directory.EnumerateFiles(folder, "*.part").Any())
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), "no snapshot began");
            await Task.Delay(20);
        }

        await Task.Delay(TimeSpan.FromSeconds(2));
    }

    private EtcdSnapshot Save(string? member = null) => Assert.Single(_fixture.Session.Run(
        member is null ? "param($d) Save-EtcdSnapshot -Destination $d" : "param($d, $m) Save-EtcdSnapshot $m -Destination $d", _folder, member).Require().As<EtcdSnapshot>());

    private EtcdSnapshotCheck Check(string file) => Assert.Single(_fixture.Session.Run("param($f) Test-EtcdSnapshot $f", file).Require().As<EtcdSnapshotCheck>());

    private void Write(string name, ReadOnlySpan<byte> bytes)
    {
        using var file = File.Create(Path.Combine(_folder, name));
        file.Write(bytes);
    }
}
