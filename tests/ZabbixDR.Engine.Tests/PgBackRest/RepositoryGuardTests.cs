using ZabbixDR.Engine.PgBackRest;

namespace ZabbixDR.Engine.Tests.PgBackRest;

/// <summary>Which mounts are taken for a repository. The lines are those of proc(5); those of NFS are from its documentation, since no kernel here has it.</summary>
public sealed class RepositoryGuardTests
{
    private const string Table =
        """
        21 28 0:19 / /proc rw,nosuid shared:12 - proc proc rw
        40 28 254:0 /labs/x/shared /mnt/backup rw,relatime shared:1 master:2 - ext4 /dev/vda rw,discard
        41 28 0:50 / /srv/two\040words rw,relatime - tmpfs tmpfs rw,size=1024k
        42 28 0:51 / /srv/readonly ro,relatime - xfs /dev/vdb rw
        43 28 0:52 / /backup/pgbackrest rw,noatime shared:9 - nfs4 10.9.0.1:/export/backup rw,vers=4.2,hard
        44 28 0:53 / /srv/covered rw - tmpfs tmpfs rw
        45 28 0:54 / /srv/covered rw - ext4 /dev/vdc rw

        """;

    [Theory]
    [InlineData("/mnt/backup", null)]
    [InlineData("/mnt/backup/", "ext4")]
    [InlineData("/srv/two words", "tmpfs")]
    [InlineData("/srv/covered", "ext4")]
    public void A_mount_of_the_right_type_passes(string mount, string? type) =>
        RepositoryGuard.Judge("n", new RepositorySettings { Type = RepositoryType.Posix, Path = mount, Mount = mount, FileSystem = type }, Table);

    [Theory]
    [InlineData("/mnt", null, "RepositoryNotMounted")]
    [InlineData("/mnt/backup/pgbackrest", null, "RepositoryNotMounted")]
    [InlineData("/mnt/backup", "xfs", "RepositoryMountDiffers")]
    [InlineData("/srv/covered", "tmpfs", "RepositoryMountDiffers")]
    [InlineData("/srv/readonly", "xfs", "RepositoryReadOnly")]
    public void Anything_else_is_refused(string mount, string? type, string id)
    {
        var failure = Assert.Throws<DrException>(() => RepositoryGuard.Judge("n", new RepositorySettings { Type = RepositoryType.Posix, Path = mount, Mount = mount, FileSystem = type }, Table));

        Assert.Equal((id, "n"), (failure.Id, failure.Node));
    }

    [Theory]
    [InlineData("/backup/pgbackrest", "10.9.0.1", "/export/backup", null)]
    [InlineData("/backup/pgbackrest", "10.9.0.1", "/export/other", "RepositoryMountDiffers")]
    [InlineData("/backup/pgbackrest", "10.9.0.2", "/export/backup", "RepositoryMountDiffers")]
    [InlineData("/mnt/backup", "10.9.0.1", "/export/backup", "RepositoryMountDiffers")]
    [InlineData("/backup", "10.9.0.1", "/export/backup", "RepositoryNotMounted")]
    public void NFS_must_be_the_server_and_the_export_that_the_topology_names(string mount, string server, string export, string? id)
    {
        var failure = Record.Exception(() => RepositoryGuard.Judge("n", new RepositorySettings { Type = RepositoryType.Nfs, Path = mount, Mount = mount, Server = server, Export = export }, Table));

        Assert.Equal(id, (failure as DrException)?.Id);
    }
}
