using System.Text;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class KeyFoldersTests
{
    private readonly KeyFolders _folders = new();

    [Fact]
    public void A_key_lies_in_the_folder_up_to_its_last_slash_and_one_without_is_its_own()
    {
        foreach (var key in new[] { "/service/zabbix-cluster/leader", "/service/zabbix-cluster/config", "/registry/pods/one", "/alone", "plain" })
        {
            Count(key, 1);
        }

        Assert.Equal(["/alone", "/registry/pods", "/service/zabbix-cluster", "plain"], _folders.Names());
    }

    [Fact]
    public void A_folder_goes_with_its_last_key()
    {
        Count("/registry/pods/one", 1);
        Count("/registry/pods/two", 1);
        Count("/registry/pods/one", -1);
        Assert.Equal(["/registry/pods"], _folders.Names());

        Count("/registry/pods/two", -1);
        Assert.Empty(_folders.Names());
    }

    [Fact]
    public void Any_number_of_folders_of_any_length_takes_no_more_room_than_some()
    {
        for (var number = 0; number < 10_000; number++)
        {
            Count($"/many/{number}/key", 1);
        }

        Count($"/{new string('x', 5_000)}/key", 1);

        Assert.InRange(_folders.Names().Count, 4_000, 4_200);
        Assert.Contains("(others)", _folders.Names());
    }

    private void Count(string key, int change) => _folders.Count(Encoding.UTF8.GetBytes(key), change);
}
