namespace ZabbixDR.Lab.Tests;

/// <summary>A repository's file system, mounted for real: a tmpfs, since the lab's kernel has no NFS.</summary>
[Collection(LabTestGroup.Name)]
public sealed class RepositoryMountTests(LabFixture fixture)
{
    private const string Repository = "  repository:\n    type: posix\n    path: /mnt/backup/pgbackrest\n";
    private static readonly string[] s_hosts = ["pg-siteA", "pg-siteB"];

    [Fact]
    public async Task A_repository_is_mounted_by_its_line_of_fstab_owned_and_proven_once_and_undone()
    {
        var topology = With("{ type: posix, path: /backup/second/pgbackrest, mount: /backup/second, device: tmpfs, fileSystem: tmpfs, mountOptions: 'size=16m,mode=0755' }");
        await Task.WhenAll(s_hosts.Select(host => fixture.Lab.ExecCheckedAsync(host, "sh", "-c", "printf '# by hand\\n/dev/none  /elsewhere\\text4  noauto 0 2' >/etc/fstab")));
        var before = await StateAsync();
        try
        {
            fixture.Session.Run("param($t) Mount-PgBackRestRepository -WhatIf -Topology $t", topology).Require();
            Assert.Equal(before, await StateAsync());
            Assert.Contains(fixture.Session.Shown, line => line.Contains("/etc/fstab: tmpfs /backup/second tmpfs size=16m,mode=0755 0 0", StringComparison.Ordinal));
            var refused = fixture.Session.Run("param($t) Invoke-PgBackRestBackup Full -Repository 2 -Confirm:$false -Topology $t", topology).SingleError;
            Assert.StartsWith("RepositoryNotMounted,", refused.FullyQualifiedErrorId, StringComparison.Ordinal);

            var mounted = fixture.Session.Run("param($t) Mount-PgBackRestRepository -Confirm:$false -Topology $t", topology).Require().As<PgBackRestMount>();
            var state = await StateAsync();
            var again = fixture.Session.Run("param($t) Mount-PgBackRestRepository -Confirm:$false -Topology $t", topology).Require().As<PgBackRestMount>();

            Assert.Equal(s_hosts, mounted.Select(one => one.Node));
            Assert.All(mounted, one => Assert.Equal(("tmpfs", "tmpfs", "/etc/fstab, mounted, owner"), (one.Source, one.FileSystem, string.Join(", ", one.Changes))));
            Assert.All(again, one => Assert.Empty(one.Changes));
            Assert.Equal(state, await StateAsync());
            foreach (var host in s_hosts)
            {
                Assert.Equal("tmpfs tmpfs", (await fixture.Lab.ExecCheckedAsync(host, "findmnt", "-n", "-o", "SOURCE,FSTYPE", "/backup/second")).Output.Trim());
                Assert.Equal("postgres:postgres", (await fixture.Lab.ExecCheckedAsync(host, "stat", "-c", "%U:%G", "/backup/second/pgbackrest")).Output.Trim());
                Assert.Equal("# by hand\n/dev/none  /elsewhere\text4  noauto 0 2\ntmpfs /backup/second tmpfs size=16m,mode=0755 0 0\n", (await fixture.Lab.ExecCheckedAsync(host, "cat", "/etc/fstab")).Output);
            }

            // With the mount there, what is missing is the repository in it.
            Assert.DoesNotContain("Mounted", fixture.Session.Run("param($t) Invoke-PgBackRestBackup Full -Repository 2 -Confirm:$false -Topology $t", topology).SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);

            await fixture.Lab.ExecCheckedAsync("pg-siteB", "systemd-run", "--unit=zdr-busy", "sh", "-c", "cd /backup/second && sleep 300");
            var busy = fixture.Session.Run("param($t) Dismount-PgBackRestRepository pg-siteB -Confirm:$false -Topology $t", topology).SingleError;
            await fixture.Lab.ExecCheckedAsync("pg-siteB", "systemctl", "stop", "zdr-busy");
            Assert.StartsWith("DismountFailed,", busy.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains("target is busy", busy.Exception.Message, StringComparison.Ordinal);
            Assert.Equal(state, await StateAsync());

            var gone = fixture.Session.Run("param($t) Dismount-PgBackRestRepository -Confirm:$false -Topology $t; Dismount-PgBackRestRepository -Confirm:$false -Topology $t", topology).Require().As<PgBackRestMount>();
            Assert.Equal(["dismounted, /etc/fstab", "dismounted, /etc/fstab", "", ""], gone.Select(one => string.Join(", ", one.Changes)));
            Assert.All(s_hosts, host => Assert.False(fixture.Lab.ExecAsync(host, "mountpoint", "-q", "/backup/second").Result.Succeeded));
        }
        finally
        {
            await Task.WhenAll(s_hosts.Select(host => fixture.Lab.ExecAsync(host, "sh", "-c", "umount /backup/second; rm -rf /backup /etc/fstab /etc/fstab.zabbixdr; systemctl daemon-reload")));
        }
    }

    [Theory]
    [Trait("Category", "Campaign")]
    [InlineData("{ type: posix, path: /backup/second, mount: /backup/second, device: /dev/no-such, fileSystem: ext4, mountOptions: defaults }", "MountFailed", "/etc/fstab is as it was")]
    [InlineData("{ type: posix, path: /backup/second, mount: /backup/second, device: /dev/no-such, fileSystem: ext4 }", "MountFailed", "with nofail it is silent")]
    [InlineData("{ type: nfs, server: 10.9.0.1, export: /export/backup, mount: /backup/second }", "PackageMissing", "apt-get install nfs-common")]
    [InlineData("{ type: posix, path: /mnt/backup/pgbackrest, mount: /mnt/backup/pgbackrest, device: tmpfs, fileSystem: tmpfs }", "MountPointInUse", "not empty")]
    [InlineData("{ type: posix, path: /tmp/second, mount: /tmp, device: /dev/sdz, fileSystem: xfs }", "RepositoryMountDiffers", "the topology means xfs")]
    public async Task What_cannot_be_mounted_is_told_and_the_node_is_as_it_was(string repository, string id, string said)
    {
        await fixture.Lab.ExecCheckedAsync("pg-siteA", "sh", "-c", "mountpoint -q /tmp || { mkdir -p /run/tmp; mount --bind /tmp /tmp; touch /run/tmp/bound; }; printf 'proc /proc proc defaults 0 0\\n' >/etc/fstab");
        var before = await StateAsync();
        try
        {
            var error = fixture.Session.Run("param($t) Mount-PgBackRestRepository pg-siteA -Repository 2 -Confirm:$false -Topology $t", With(repository)).SingleError;

            Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal("pg-siteA", error.TargetObject);
            Assert.Contains(said, error.Exception.Message, StringComparison.Ordinal);
            Assert.Equal(before, await StateAsync());
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("pg-siteA", "sh", "-c", "rm -f /etc/fstab /etc/fstab.zabbixdr; if [ -e /run/tmp/bound ]; then umount /tmp; fi; rm -rf /run/tmp; systemctl daemon-reload; rmdir /backup 2>/dev/null; true");
        }
    }

    [Fact]
    public void A_topology_whose_repositories_nobody_mounts_is_told() =>
        Assert.StartsWith("NothingToMount,", fixture.Session.Run("Mount-PgBackRestRepository -Confirm:$false").SingleError.FullyQualifiedErrorId, StringComparison.Ordinal);

    private string With(string second) => fixture.TopologyWith(Repository, $"  repositories:\n    1: {"{"} type: posix, path: /mnt/backup/pgbackrest {"}"}\n    2: {second}\n");

    private async Task<string> StateAsync() =>
        string.Concat(await Task.WhenAll(s_hosts.Select(async host => (await fixture.Lab.ExecCheckedAsync(host, "sh", "-c", "cat /etc/fstab; ls -d /backup/second; cut -d' ' -f1-3 /proc/mounts; true")).Output)));
}
