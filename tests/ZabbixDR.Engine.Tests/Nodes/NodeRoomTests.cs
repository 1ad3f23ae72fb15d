using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class NodeRoomTests
{
    // df of coreutils 9.7, as a user who may not see one of the mount points.
    private static readonly IReadOnlyList<NodeRoom> s_rooms = NodeRoom.Parse(new CommandResult(
        1,
        """
         1B-blocks        Avail Mounted on
        5368709120   1073741824 /
                 0            0 /proc/sys
        1099511627776 549755813888 /mnt/back up

        """,
        "df: /var/lib/pgsql/16/data: Permission denied\n"));

    [Theory]
    [InlineData("/etc", "/", 20)]
    [InlineData("/mnt/back up/pgbackrest", "/mnt/back up", 50)]
    [InlineData("/mnt/back upper", "/", 20)]
    [InlineData("/var/lib/pgsql/16/data", "/var/lib/pgsql/16/data", null)]
    [InlineData("/proc/sys/kernel", "/proc/sys", null)]
    public void A_path_lies_on_the_nearest_mount_point_above_it(string path, string mountPoint, int? freePercent)
    {
        var room = NodeRoom.Of(path, s_rooms);

        Assert.Equal((mountPoint, freePercent), (room!.MountPoint, room.FreePercent));
    }
}
