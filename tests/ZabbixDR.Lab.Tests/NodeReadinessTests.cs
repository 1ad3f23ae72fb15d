using System.Globalization;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class NodeReadinessTests(LabFixture fixture)
{
    [Fact]
    public async Task Every_node_of_a_sound_deployment_passes_with_what_the_host_itself_says()
    {
        var checks = Test("Test-DrNode");

        Assert.All(checks, check => Assert.True(check.Status == ReadinessStatus.Pass, $"{check.Node} {check.Id}: {check.Reason}"));
        Assert.Equal(fixture.Lab.Hosts.Select(host => host.Name), checks.Select(check => check.Node).Distinct());
        foreach (var check in checks.Where(check => check.Id == "node.machine"))
        {
            Assert.Equal((await fixture.Lab.ExecCheckedAsync(check.Node!, "cat", "/etc/machine-id")).Output.Trim(), check.Actual);
        }

        var version = (await fixture.Lab.ExecCheckedAsync("pg-siteA", "pgbackrest", "version")).Output.Trim();
        Assert.Contains(version, Single(checks, "pg-siteA", "node.programs").Actual, StringComparison.Ordinal);
        Assert.Contains("/ ", Single(checks, "etcd-1", "node.room").Actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_that_goes_wrong_is_told_with_how_far()
    {
        // The hosts of the lab share one kernel, and so one clock: faketime turns it back for every program of who logs in.
        await fixture.Lab.ExecCheckedAsync("zbx-siteA", "sh", "-ec", "cp /etc/environment /etc/environment.true; printf 'LD_PRELOAD=%s\nFAKETIME=-90s\n' \"$(find /usr/lib -name libfaketime.so.1)\" >>/etc/environment");
        try
        {
            Assert.InRange(await SecondsBehindAsync("zbx-siteA"), 88, 92);
            var check = Single(Test("Test-DrNode zbx-siteA"), "zbx-siteA", "node.clock");

            Assert.Equal(ReadinessStatus.Fail, check.Status);
            Assert.Matches("^(8[6-9]|9[0-4])(\\.[0-9]+)? s behind, ± [0-9.]+ s$", check.Actual);
            Assert.Equal(ReadinessStatus.Pass, Single(Test("Test-DrNode zbx-siteA -MaxClockSkew 00:02:00"), "zbx-siteA", "node.clock").Status);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("zbx-siteA", "mv", "/etc/environment.true", "/etc/environment");
        }
    }

    [Fact]
    public async Task A_program_that_is_gone_is_named()
    {
        await fixture.Lab.ExecCheckedAsync("pg-siteB", "sh", "-ec", "mv /usr/bin/patronictl /usr/bin/patronictl.away; mv /usr/bin/script /usr/bin/script.away");
        try
        {
            var check = Single(Test("Test-DrNode pg-siteB"), "pg-siteB", "node.programs");

            Assert.Equal((ReadinessStatus.Fail, "patronictl is not there"), (check.Status, check.Reason));
            Assert.Equal(ReadinessStatus.Pass, Single(Test("Test-DrNode pg-siteB"), "pg-siteB", "node.rights.observe").Status);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("pg-siteB", "sh", "-ec", "mv /usr/bin/patronictl.away /usr/bin/patronictl; mv /usr/bin/script.away /usr/bin/script");
        }
    }

    [Fact]
    public void Rights_that_are_missing_are_told_with_the_way_to_them()
    {
        var checks = Test("param($t) Test-DrNode pg-siteA -Topology $t", fixture.TopologyWith("user: zabbixdr", "user: nosudo"));

        var observe = Single(checks, "pg-siteA", "node.rights.observe");
        Assert.Equal(ReadinessStatus.Fail, observe.Status);
        Assert.Contains("a password is required", observe.Reason, StringComparison.Ordinal);
        Assert.Contains("New-DrSudoRule -Profile Observe", observe.Remediation, StringComparison.Ordinal);
        Assert.Equal(ReadinessStatus.Warn, Single(checks, "pg-siteA", "node.rights.operate").Status);
    }

    [Fact]
    public void Two_names_for_one_machine_and_a_node_that_cannot_be_reached_are_told_apart()
    {
        var topology = fixture.TopologyWith("address: 10.77.2.12", "address: 10.77.2.13", "address: 10.77.1.11", "address: 10.77.1.250", "user: zabbixdr", "user: zabbixdr\n  connectTimeout: 2");

        var checks = Test("param($t) Test-DrNode etcd-* -Topology $t", topology);

        var machines = checks.Where(check => check.Id == "node.machine").ToList();
        Assert.Single(machines, check => check.Status == ReadinessStatus.Fail && check.Reason!.EndsWith("is the same machine", StringComparison.Ordinal));
        Assert.Equal(ReadinessStatus.Fail, Single(checks, "etcd-1", "node.reachable").Status);
        Assert.All(checks.Where(check => check.Node == "etcd-1" && check.Id != "node.reachable"), check => Assert.Equal((ReadinessStatus.Skipped, "the node could not be reached"), (check.Status, check.Reason)));
    }

    [Fact]
    public async Task Too_little_room_is_told_with_what_there_is()
    {
        var df = (await fixture.Lab.ExecCheckedAsync("pg-siteA", "df", "-B1", "--output=size,avail", "/mnt/backup/pgbackrest")).Output.Split('\n')[1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var free = (int)(long.Parse(df[1], CultureInfo.InvariantCulture) * 100 / long.Parse(df[0], CultureInfo.InvariantCulture));

        var check = Single(Test($"Test-DrNode pg-siteA -MinFreePercent {Math.Min(100, free + 2)}"), "pg-siteA", "node.room");

        Assert.Equal(ReadinessStatus.Fail, check.Status);
        Assert.Matches($"{free - 1}|{free}|{free + 1} %", check.Reason);
    }

    // By OpenSSH's client and the node's own clock, against that of the kernel that both share.
    private async Task<long> SecondsBehindAsync(string host)
    {
        var date = await new ExternalCommand(
            "ssh", "-F", "none", "-i", Path.Combine(fixture.Lab.OperatorFolder, "id_ed25519"), "-o", $"UserKnownHostsFile={Path.Combine(fixture.Lab.OperatorFolder, "known_hosts")}",
            "-o", "BatchMode=yes", $"zabbixdr@{fixture.Lab.Plan.Host(host).Address}", "date", "+%s").RunCheckedAsync();
        return DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(date.Output, CultureInfo.InvariantCulture);
    }

    private List<ReadinessCheck> Test(string script, params object?[] arguments) => [.. fixture.Session.Run(script, arguments).Require().As<ReadinessCheck>()];

    private static ReadinessCheck Single(List<ReadinessCheck> checks, string node, string id) => Assert.Single(checks, check => check.Node == node && check.Id == id);
}
