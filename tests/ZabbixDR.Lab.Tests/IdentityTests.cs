namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class IdentityTests(LabFixture fixture)
{
    [Fact]
    public async Task On_another_machine_than_the_one_that_is_meant_nothing_is_changed()
    {
        var leader = await fixture.Lab.LeaderAsync();
        var before = await LabelsAsync(leader);

        var error = fixture.Session.Run("param($t) Invoke-PgBackRestBackup -Type Incr -Topology $t -Confirm:$false", With(leader, "0123456789abcdef0123456789abcdef")).SingleError;

        Assert.StartsWith("OtherMachine,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(leader, error.TargetObject);
        Assert.Contains($"its machine id is {await MachineIdAsync(leader)}", error.Exception.Message, StringComparison.Ordinal);
        Assert.Equal(before, await LabelsAsync(leader));

        var check = fixture.Session.Run("param($t) Test-DrTopology -Topology $t", With(leader, "0123456789abcdef0123456789abcdef")).Require().As<TopologyCheck>()
            .Single(check => check.Id == "node.machineId");
        Assert.Equal((leader, ReadinessStatus.Fail), (check.Node, check.Status));
    }

    [Fact]
    public async Task The_machine_that_is_meant_is_backed_up()
    {
        var leader = await fixture.Lab.LeaderAsync();

        var backup = fixture.Session.Run("param($t) Invoke-PgBackRestBackup -Type Incr -Topology $t -Confirm:$false", With(leader, await MachineIdAsync(leader))).Require().As<PgBackRestBackup>().Single();

        Assert.Contains(backup.Label, await LabelsAsync(leader), StringComparison.Ordinal);
    }

    private string With(string node, string machineId)
    {
        var address = fixture.Lab.Hosts.Single(host => host.Name == node).Address;
        return fixture.TopologyWith($"address: {address}", $"address: {address}\n    machineId: {machineId}");
    }

    private async Task<string> MachineIdAsync(string node) => (await fixture.Lab.ExecCheckedAsync(node, "cat", "/etc/machine-id")).Output.Trim();

    private async Task<string> LabelsAsync(string node) => (await fixture.Lab.ExecCheckedAsync(node, "ls", "/mnt/backup/pgbackrest/backup/zabbix-cluster")).Output;
}
