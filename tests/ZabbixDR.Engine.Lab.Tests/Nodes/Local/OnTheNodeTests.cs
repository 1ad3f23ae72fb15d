using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Lab;

namespace ZabbixDR.Engine.Lab.Tests.Nodes.Local;

/// <summary>The engine on a host of the deployment itself, which is a node with address: local there.</summary>
[Collection(EngineLabTestGroup.Name)]
public sealed class OnTheNodeTests(EngineLabFixture fixture) : IAsyncLifetime
{
    // The PostgreSQL hosts see the lab's shared folder there: what a host lacks to run this program is laid into it.
    private const string Mount = "/mnt/backup";
    private const string Folder = "/var/tmp/zdr-errand";
    private readonly string _name = $"on-the-node-{Guid.NewGuid():N}";

    private string Shared => Path.Combine(Path.GetDirectoryName(fixture.Lab.SharedRepositoryFolder)!, _name);

    public async Task InitializeAsync()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        Directory.CreateDirectory(Path.Combine(Shared, "shared/Microsoft.NETCore.App"));
        await new ExternalCommand("cp", "-r", Path.Combine(dotnet, "dotnet"), Path.Combine(dotnet, "host"), Shared).RunCheckedAsync();
        await new ExternalCommand("cp", "-r", runtime, Path.Combine(Shared, "shared/Microsoft.NETCore.App")).RunCheckedAsync();
        await new ExternalCommand("cp", "-r", AppContext.BaseDirectory, Path.Combine(Shared, "program")).RunCheckedAsync();
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Shared, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_node_does_to_itself_what_is_done_to_it_over_SSH()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var topology = Path.Combine(Shared, "zabbixdr.yaml");
        await File.WriteAllTextAsync(topology, (await File.ReadAllTextAsync(fixture.Lab.TopologyFile)).Replace($"address: {fixture.Lab.Plan.Host(leader).Address}\n", "address: local\n", StringComparison.Ordinal));
        var since = (await fixture.ShellAsync(leader, "date +%s.%N")).Trim();

        var local = await InFolderAsync(leader, () => fixture.ShellAsync(
            leader,
            "cd /; exec runuser -u zabbixdr -- env HOME=/home/zabbixdr \"$@\"",
            $"{Mount}/{_name}/dotnet", $"{Mount}/{_name}/program/ZabbixDR.Engine.Lab.Tests.dll", $"{Mount}/{_name}/zabbixdr.yaml", leader, Folder));

        Assert.Equal("", await fixture.ShellAsync(leader, $"journalctl --sync; journalctl -q -o cat -t sshd -t sshd-session --since=@{since} --grep='Accepted' || true"));
        await using var session = DeploymentSession.Open(fixture.Lab.TopologyFile, new SessionAccess());
        Assert.Equal(await InFolderAsync(leader, () => Errand.RunAsync(session, leader, Folder)), local);
    }

    // What the errand left behind is looked at by the host's own programs.
    private async Task<string> InFolderAsync(string host, Func<Task<string>> work)
    {
        await fixture.ShellAsync(host, $"rm -rf {Folder}; install -d -o zabbixdr {Folder}");
        try
        {
            var told = await work();
            Assert.Equal("a file.19700101T000000Z 640 postgres zabbixdr\ncontent\n", await fixture.ShellAsync(host, $"cd {Folder}; stat -c '%n %a %U %G' *; cat *"));
            Assert.Equal("", await fixture.ShellAsync(host, "ls -A /var/lib/zabbixdr/units 2>/dev/null || true; pgrep -f '^sleep (30|600)$' -u zabbixdr,postgres || true"));
            return told;
        }
        finally
        {
            await fixture.ShellAsync(host, $"rm -rf {Folder} /var/lib/zabbixdr");
        }
    }
}
