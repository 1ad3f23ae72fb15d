namespace ZabbixDR.Lab.Tests;

/// <summary>Patroni's REST interface with TLS, client certificates and a password, really set up on both members and put back.</summary>
[Collection(LabTestGroup.Name)]
public sealed class PatroniTlsTests(LabFixture fixture)
{
    private const string File = "/etc/patroni/config.yml";
    private const string Folder = "/etc/patroni/rest";
    private static readonly (string Name, string Address)[] s_nodes = [("pg-siteA", "10.77.1.21"), ("pg-siteB", "10.77.2.22")];

    [Fact]
    public async Task Each_thing_that_TLS_and_the_password_demand_is_named_where_it_is_missing_and_with_all_of_them_a_change_goes_through()
    {
        var own = Directory.CreateDirectory(Path.Combine(fixture.Lab.OperatorFolder, "rest")).FullName;
        try
        {
            await SetUpAsync(own);

            Assert.Contains("TLS", Refusal("Get-PatroniCluster", "", "direct", "PatroniSilent"), StringComparison.Ordinal);
            Assert.Contains("is not signed by the authority", Refusal("Get-PatroniCluster", "\n    caFile: rest/other.crt", "ssh", "PatroniSilent"), StringComparison.Ordinal);
            const string Ca = "\n    caFile: rest/ca.crt";
            const string Certificate = Ca + "\n    certFile: rest/client.crt\n    keyFile: rest/client.key";
            foreach (var via in new[] { "direct", "ssh" })
            {
                Assert.NotNull(fixture.Session.Run("param($t) Get-PatroniCluster -Topology $t", Topology(Ca, via)).Require().As<PatroniCluster>()[0].Leader);
            }

            const string Set = "Set-PatroniConfiguration -MaximumLagOnFailover 2097152";
            Refusal(Set, Ca, "direct", "PatroniForbidden");
            Refusal(Set, Certificate, "direct", "PatroniLoginRefused");
            Refusal(Set, Certificate + "\n    user: patroni\n    password: file:rest/wrong", "ssh", "PatroniLoginRefused");

            foreach (var (via, bytes) in new[] { ("direct", 2097152), ("ssh", 1048576) })
            {
                var whole = Topology(Certificate + "\n    user: patroni\n    password: file:rest/password", via);
                Assert.Equal(bytes, fixture.Session.Run("param($t, $b) Set-PatroniConfiguration -MaximumLagOnFailover $b -Topology $t", whole, bytes).Require().As<PatroniConfiguration>()[0].MaximumLagOnFailover);
                var seen = await fixture.Lab.ExecCheckedAsync("pg-siteA", "curl", "-s", "--cacert", $"{Folder}/ca.crt", "https://10.77.1.21:8008/config");
                Assert.Contains($"\"maximum_lag_on_failover\": {bytes}", seen.Output, StringComparison.Ordinal);
            }
        }
        finally
        {
            foreach (var (node, _) in s_nodes)
            {
                await fixture.Lab.ExecAsync(node, "sh", "-c", $"[ ! -e {File}.before ] || {{ cat {File}.before >{File}; rm -rf {File}.before {Folder}; systemctl reload patroni; }}");
            }

            Directory.Delete(own, recursive: true);
            await fixture.Lab.WaitHealthyAsync(TimeSpan.FromMinutes(3));
        }
    }

    private async Task SetUpAsync(string own)
    {
        using var authority = new CertificateAuthority();
        using var other = new CertificateAuthority();
        var client = authority.IssueClient("CN=operator");
        Write("ca.crt", authority.Pair.Certificate);
        Write("other.crt", other.Pair.Certificate);
        Write("client.crt", client.Certificate);
        Write("client.key", client.Key);
        Write("password", "it is a secret\n");
        Write("wrong", "it is another\n");
        foreach (var (node, address) in s_nodes)
        {
            var server = authority.IssueServer(node, address);
            await fixture.Lab.ExecCheckedAsync(
                node,
                "sh", "-c", $"cp {File} {File}.before; mkdir -p {Folder}; printf %s \"$1\" >{Folder}/ca.crt; printf %s \"$2\" >{Folder}/server.crt; printf %s \"$3\" >{Folder}/server.key; chown -R postgres {Folder}; "
                + $"sed -i 's|^  connect_address: {address}:8008$|&\\n  certfile: {Folder}/server.crt\\n  keyfile: {Folder}/server.key\\n  cafile: {Folder}/ca.crt\\n  verify_client: optional\\n  authentication: {{username: patroni, password: it is a secret}}|' {File}; "
                + $"grep -q certfile {File}; systemctl reload patroni",
                "sh", authority.Pair.Certificate, server.Certificate, server.Key);
        }

        foreach (var (_, address) in s_nodes)
        {
            for (var end = DateTime.UtcNow.AddSeconds(60); !(await fixture.Lab.ExecAsync("pg-siteA", "curl", "-sf", "-o", "/dev/null", "--cacert", $"{Folder}/ca.crt", $"https://{address}:8008/patroni")).Succeeded; await Task.Delay(500))
            {
                Assert.True(DateTime.UtcNow < end, $"Patroni at {address} does not speak TLS.");
            }
        }

        void Write(string name, string content)
        {
            var path = Path.Combine(own, name);
            System.IO.File.WriteAllText(path, content);
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    private string Refusal(string command, string settings, string via, string id)
    {
        var error = fixture.Session.Run($"param($t) {command} -Topology $t", Topology(settings, via)).SingleError;
        Assert.StartsWith(id + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        return error.Exception.Message;
    }

    private string Topology(string settings, string via) => fixture.TopologyWith("port: 8008\n    via: direct", $"port: 8008\n    via: {via}{settings}");
}
