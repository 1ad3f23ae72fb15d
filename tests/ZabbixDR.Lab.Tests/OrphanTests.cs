using System.Diagnostics;

namespace ZabbixDR.Lab.Tests;

/// <summary>
/// Nothing that was only asked stays behind on a node, whoever logs in: not after Ctrl+C, and not when the connection breaks, which is all
/// that a node sees of a closed laptop or of a PowerShell that was killed. The program here ignores every signal that can be ignored.
/// </summary>
[Collection(LabTestGroup.Name)]
public sealed class OrphanTests(LabFixture fixture, WatcherRights rights) : IClassFixture<WatcherRights>
{
    private const string Program = "/usr/bin/pgbackrest";
    private const string Pids = "/run/lock/stubborn";

    // PostgreSQL archives its WAL with the same program.
    private const string Stubborn =
        $"mv {Program} {Program}.away; install -m 666 /dev/null {Pids}; printf '#!/bin/sh\n[ \"${{*##* }}\" = info ] || exec {Program}.away \"$@\"\ntrap \"\" HUP INT TERM\necho $$ >>{Pids}\nsleep 300\nsleep 300\n' >{Program}; chmod 755 {Program}";

    private const string RootConfig = "/etc/ssh/sshd_config.d/00-root.conf";

    // It begins anew a moment later, and refuses connections in between: the login that comes then would be told so, and another node asked.
    private const string Reload = "systemctl reload ssh; sleep 1";
    private const string LetRootIn =
        $"install -d -m 700 /root/.ssh; cp /home/zabbixdr/.ssh/authorized_keys /root/.ssh/; echo PermitRootLogin prohibit-password >{RootConfig}; {Reload}";

    [Theory]
    [InlineData("zabbixdr")]
    [InlineData("root")]
    public Task A_command_that_ignores_signals_ends_with_Ctrl_C_and_with_its_connection(string login) => EndsAsync(login);

    [Fact]
    [Trait("Category", "Campaign")]
    public Task A_command_of_a_login_that_may_do_nothing_more_ends_too() => EndsAsync(WatcherRights.User);

    private async Task EndsAsync(string login)
    {
        Assert.Equal(WatcherRights.User, rights.Rule.User);
        var leader = await fixture.Lab.LeaderAsync();
        var topology = fixture.TopologyWith("user: zabbixdr", $"user: {login}", "port: 5432", login == "zabbixdr" ? "port: 5432" : $"port: 5432\n  monitorUser: {(login == "root" ? "postgres" : login)}");
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", Stubborn);
        await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", LetRootIn);
        try
        {
            var (_, stopping) = fixture.Session.RunAndStop(PidAsync(leader, 1), "param($t) Get-PgBackRestBackup -Topology $t", topology);
            Assert.True(stopping < TimeSpan.FromSeconds(2), $"Ctrl+C was answered after {stopping}");
            await GoneAsync(leader, 1);
            Assert.Equal("1", (await fixture.Lab.ExecCheckedAsync(leader, "sh", "-c", $"wc -l <{Pids}")).Output.Trim());

            // What only looks is run once more where its connection broke: the first is gone when the second runs, and then is stopped.
            fixture.Session.RunAndStop(CutAsync(leader, login), "param($t) Get-PgBackRestBackup -Topology $t", topology);
            await GoneAsync(leader, 3);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync(leader, "sh", "-ec", $"pkill -KILL -f '^/bin/sh {Program}' || true; mv {Program}.away {Program}; rm -rf {Pids} /root/.ssh {RootConfig}; {Reload}");
        }
    }

    private async Task CutAsync(string node, string login)
    {
        await PidAsync(node, 2);
        await fixture.Lab.ExecCheckedAsync(node, "pkill", "-KILL", "-f", $"^sshd.*: {login}");
        await GoneAsync(node, 2);
        await PidAsync(node, 3);
    }

    private Task PidAsync(string node, int number) => UntilAsync(node, $"[ $(wc -l <{Pids}) -ge {number} ]", $"run {number} did not begin");

    private Task GoneAsync(string node, int number) =>
        UntilAsync(node, $"! kill -0 $(sed -n {number}p {Pids}) 2>/dev/null", $"run {number} is still there");

    private async Task UntilAsync(string node, string condition, string complaint)
    {
        for (var clock = Stopwatch.StartNew(); !(await fixture.Lab.ExecAsync(node, "sh", "-c", condition)).Succeeded; await Task.Delay(100))
        {
            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(30), complaint);
        }
    }
}
