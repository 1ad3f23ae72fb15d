namespace ZabbixDR.Lab.Tests;

/// <summary>Hosts whose sudo asks the login user for a password.</summary>
[Collection(LabTestGroup.Name)]
public sealed class SudoPasswordTests(LabFixture fixture) : IAsyncLifetime
{
    private const string Variable = "ZABBIXDR_SUDO_PASSWORD";
    private const string Rules = "/etc/sudoers.d/zabbixdr";
    private static readonly string[] Postgres = ["pg-siteA", "pg-siteB"];
    private readonly string _password = $"it's a \"pass\\word\" {Guid.NewGuid():N}";
    private readonly string _topology = fixture.TopologyWith("becomeMethod: sudo", $"becomeMethod: sudo\n  becomePassword: env:{Variable}");

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable(Variable, _password);
        foreach (var node in Postgres)
        {
            await fixture.Lab.ExecCheckedAsync(node, "sh", "-ec", $"sed -i 's/NOPASSWD/PASSWD/' {Rules}; printf 'zabbixdr:%s\n' \"$1\" | chpasswd", "sh", _password);
        }
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable(Variable, null);
        foreach (var node in Postgres)
        {
            await fixture.Lab.ExecCheckedAsync(node, "sh", "-ec", $"sed -i 's/ PASSWD/ NOPASSWD/' {Rules}; usermod -p '*' zabbixdr");
        }
    }

    [Fact]
    public async Task With_the_password_all_kinds_of_commands_run_and_nobody_sees_it()
    {
        fixture.Session.Run("param($t) Get-ZabbixHaNode -Topology $t", _topology).Require();
        var backup = fixture.Session.Run("param($t) Invoke-PgBackRestBackup -Type Incr -Topology $t -Confirm:$false", _topology).Require().As<PgBackRestBackup>().Single();
        Assert.Contains(backup.Label, fixture.Session.Run("param($t) Get-PgBackRestBackup -Topology $t", _topology).Require().As<PgBackRestBackup>().Select(known => known.Label));

        var leader = await fixture.Lab.LeaderAsync();
        Assert.Contains("sudo", (await fixture.Lab.ExecCheckedAsync(leader, "journalctl", "-q", "-b")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_password, (await fixture.Lab.ExecCheckedAsync(leader, "journalctl", "-q", "-b")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_sudo_did_not_ask_for_does_no_harm()
    {
        var leader = await fixture.Lab.LeaderAsync();
        await fixture.Lab.ExecCheckedAsync(leader, "sed", "-i", "s/ PASSWD/ NOPASSWD/", Rules);

        Assert.NotEmpty(fixture.Session.Run("param($t) Get-ZabbixHaNode -Topology $t", _topology).Require().Output);
        Assert.NotEmpty(fixture.Session.Run("param($t) Get-PgBackRestBackup -Topology $t", _topology).Require().Output);
    }

    [Fact]
    public void A_wrong_password_is_refused_with_the_way_out_and_is_not_shown()
    {
        Environment.SetEnvironmentVariable(Variable, "not-the-password");

        var error = fixture.Session.Run("param($t) Get-ZabbixHaNode -Topology $t", _topology).SingleError;

        Assert.StartsWith("BecomeRefused,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("incorrect password", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains("access.becomePassword", error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-password", error.Exception.ToString(), StringComparison.Ordinal);
    }
}
