namespace ZabbixDR.Lab.Tests;

/// <summary>A login user with the profile observe and nothing else, as an administrator would install it.</summary>
public sealed class WatcherRights(LabFixture fixture) : IAsyncLifetime
{
    public const string User = "nosudo";
    private DrSudoRule? _rule;

    /// <summary>A topology as those who only look have it, with copies of etcd's snapshots on a member.</summary>
    public string Topology { get; } = fixture.TopologyWith(
        "user: zabbixdr", $"user: {User}", "port: 5432", $"port: 5432\n  monitorUser: {User}", "keepDays: 7", "keepDays: 7\n    copies: [etcd-2]\n    nodeDirectory: /srv/etcd-copies");

    public DrSudoRule Rule => _rule ??= Assert.Single(fixture.Session.Run("param($t) New-DrSudoRule -Profile Observe -Topology $t", Topology).Require().As<DrSudoRule>());

    public async Task InitializeAsync()
    {
        foreach (var node in Rule.Nodes)
        {
            await fixture.Lab.ExecCheckedAsync(node, "sh", "-ec", "umask 337; printf %s \"$2\" >\"$1\"; visudo -cqf \"$1\"", "sh", Rule.Path, Rule.Content);
        }

        const string file = "/run/lock/monitor.sql";
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", "printf %s \"$2\" >\"$1\"; chmod 644 \"$1\"", "sh", file, Rule.Sql!);
        await PsqlAsync(leader, "-f", file);
        await PsqlAsync(leader, "-f", file); // an administrator may run it again
    }

    public async Task DisposeAsync()
    {
        foreach (var node in Rule.Nodes)
        {
            await fixture.Lab.ExecCheckedAsync(node, "rm", "-f", Rule.Path);
        }

        await PsqlAsync(await fixture.Lab.LeaderAsync(), "-d", "zabbix", "-c", $"DROP OWNED BY {User}", "-c", $"DROP ROLE {User}");
    }

    private async Task PsqlAsync(string leader, params string[] arguments) =>
        await fixture.Lab.ExecCheckedAsync(leader, ["runuser", "-u", "postgres", "--", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", .. arguments]);
}
