using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace ZabbixDR.Lab.Tests;

[Collection(LabTestGroup.Name)]
public sealed class EtcdEndpointTests(LabFixture fixture) : IDisposable
{
    private static readonly string[] s_left = ["stranger.crt", "stranger.key", "etcd-wrong-password"];

    public void Dispose() => Array.ForEach(s_left, name => File.Delete(Path.Combine(fixture.Lab.OperatorFolder, name)));

    [Fact]
    public async Task Every_member_is_healthy_and_its_facts_are_those_that_etcdctl_gives()
    {
        var endpoints = fixture.Session.Run("Test-EtcdEndpoint").Require().As<EtcdEndpoint>();

        Assert.Equal(["etcd-1", "etcd-2", "etcd-3"], endpoints.Select(endpoint => endpoint.Name).Order());
        Assert.Single(endpoints, endpoint => endpoint.IsLeader is true);
        foreach (var endpoint in endpoints)
        {
            Assert.Equal((EtcdEndpointState.Healthy, null), (endpoint.State, endpoint.Reason));
            var outcome = await fixture.Lab.ExecCheckedAsync(
                "etcd-1", "env", $"ETCDCTL_ENDPOINTS={endpoint.Endpoint}", "etcdctl", "endpoint", "status", "-w", "json");
            var status = JsonDocument.Parse(outcome.Output).RootElement[0].GetProperty("Status");
            var header = status.GetProperty("header");
            Assert.Equal(Id(header, "member_id"), endpoint.MemberId);
            Assert.Equal(Id(header, "cluster_id"), endpoint.ClusterId);
            Assert.Equal(status.GetProperty("version").GetString(), endpoint.Version);
            Assert.Equal(Id(status, "leader") == endpoint.MemberId, endpoint.IsLeader);
            Assert.InRange(header.GetProperty("revision").GetInt64(), endpoint.Revision!.Value, long.MaxValue);
        }
    }

    [Fact]
    public async Task Its_quota_certificate_and_place_in_the_log_are_what_the_host_says()
    {
        var endpoint = Assert.Single(fixture.Session.Run("Test-EtcdEndpoint etcd-2").Require().As<EtcdEndpoint>());

        const string curl = "curl -s --cacert /etc/etcd/pki/ca.crt --cert /etc/etcd/pki/root.crt --key /etc/etcd/pki/root.key https://127.0.0.1:2379/metrics";
        var metrics = await fixture.Lab.ExecCheckedAsync("etcd-2", "sh", "-c", curl + " | awk '$1 == \"etcd_server_quota_backend_bytes\" { printf \"%d\", $2 }'");
        Assert.Equal(long.Parse(metrics.Output, CultureInfo.InvariantCulture), endpoint.Quota);

        var expiry = await fixture.Lab.ExecCheckedAsync("etcd-2", "sh", "-c", "date -u -d \"$(openssl x509 -in /etc/etcd/pki/server.crt -noout -enddate | cut -d= -f2)\" +%s");
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiry.Output, CultureInfo.InvariantCulture)), endpoint.CertificateExpiresAt);

        Assert.InRange(endpoint.RaftAppliedIndex!.Value, 1UL, endpoint.RaftIndex!.Value);
        Assert.InRange(endpoint.Latency!.Value, TimeSpan.FromTicks(1), endpoint.Elapsed);
    }

    [Fact]
    public async Task A_member_that_is_full_is_unhealthy_with_its_alarm_and_its_quota()
    {
        await SetQuotaAsync("ETCD_QUOTA_BACKEND_BYTES=65536");
        try
        {
            // Each member raises its own alarm; the put is refused or comes in before it.
            await fixture.Lab.ExecAsync("etcd-3", ["env", "ETCDCTL_ENDPOINTS=https://127.0.0.1:2379", "etcdctl", "put", "/zabbixdr-test/last-straw"], input: new string('x', 100_000));
            var full = Assert.Single(fixture.Session.Run("Test-EtcdEndpoint etcd-3").Require().As<EtcdEndpoint>());

            Assert.Equal((EtcdEndpointState.Unhealthy, 65536), (full.State, full.Quota));
            Assert.Equal([EtcdAlarm.NoSpace], full.Alarms);
            Assert.Contains("defragment", full.Reason, StringComparison.Ordinal);
            Assert.Contains("etcd-3 has raised the alarm NoSpace.", fixture.Session.Run("Save-EtcdSnapshot").Require().Warnings);
        }
        finally
        {
            await SetQuotaAsync("");
            await fixture.Lab.ExecCheckedAsync("etcd-1", "etcdctl", "alarm", "disarm");
            await fixture.Lab.ExecAsync("etcd-1", "etcdctl", "del", "/zabbixdr-test/last-straw");
            await fixture.Lab.WaitHealthyAsync();
        }

        Assert.Equal(EtcdEndpointState.Healthy, Assert.Single(fixture.Session.Run("Test-EtcdEndpoint etcd-3").Require().As<EtcdEndpoint>()).State);
    }

    [Fact]
    public async Task A_leader_without_power_is_unreachable_and_costs_only_its_own_limit()
    {
        var topology = fixture.TopologyWith("user: zabbixdr", "user: zabbixdr\n  connectTimeout: 3");
        await LeadAsync("etcd-3");
        WithoutPower("etcd-3", () =>
        {
            var clock = Stopwatch.StartNew();
            var endpoints = fixture.Session.Run("param($t) Test-EtcdEndpoint -Topology $t", topology).Require().As<EtcdEndpoint>();

            Assert.True(clock.Elapsed < TimeSpan.FromSeconds(12), $"took {clock.Elapsed}");
            // The others wait for their election and are healthy then, unless they are looked at in its very midst.
            Assert.All(endpoints.SkipLast(1), endpoint => Assert.StartsWith("It knows no leader", endpoint.Reason ?? "It knows no leader", StringComparison.Ordinal));
            var dead = endpoints[^1];
            Assert.Equal(("etcd-3", EtcdEndpointState.Unreachable), (dead.Name, dead.State));
            Assert.Contains("etcd-3", dead.Reason, StringComparison.Ordinal);
            Assert.Contains("https://10.77.", dead.Reason, StringComparison.Ordinal);

            var error = fixture.Session.Run("param($t) Save-EtcdSnapshot etcd-3 -Topology $t", topology).SingleError;
            Assert.Contains(error.FullyQualifiedErrorId.Split(',')[0], (string[])["EtcdMemberUnreachable", "EtcdMemberTimedOut"]);
            Assert.Equal("etcd-3", error.TargetObject);
        });
    }

    [Fact]
    public async Task A_member_whose_etcd_is_stopped_is_unreachable_and_says_where_to_look()
    {
        await fixture.Lab.ExecCheckedAsync("etcd-3", "systemctl", "stop", "etcd");
        try
        {
            var endpoint = Assert.Single(fixture.Session.Run("Test-EtcdEndpoint etcd-3").Require().As<EtcdEndpoint>());

            Assert.Equal(EtcdEndpointState.Unreachable, endpoint.State);
            Assert.Contains("refused", endpoint.Reason, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("systemctl status etcd", endpoint.Reason, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("etcd-3", "systemctl", "start", "etcd");
            await fixture.Lab.WaitHealthyAsync();
        }
    }

    [Fact]
    public void A_wrong_password_is_named_as_such()
    {
        var wrong = Path.Combine(fixture.Lab.OperatorFolder, "etcd-wrong-password");
        WritePassword(wrong, "not the password"u8);
        var topology = fixture.TopologyWith("file:etcd-root-password", "file:etcd-wrong-password");
        AssertRefused(topology, "EtcdPasswordWrong", "refused the user or the password", "etcd-wrong-password");
    }

    [Fact]
    public async Task A_user_who_may_read_and_not_delete_restores_nothing()
    {
        await fixture.Lab.ExecCheckedAsync(
            "etcd-1", "sh", "-ec", "etcdctl role add reader; etcdctl role grant-permission --prefix reader read ''; etcdctl user add \"reader:$1\"; etcdctl user grant-role reader reader", "sh", "s3cret");
        var password = Path.Combine(fixture.Lab.OperatorFolder, "etcd-wrong-password");
        try
        {
            WritePassword(password, "s3cret"u8);
            AssertRestoreRefused(fixture.TopologyWith("user: root\n  password: file:etcd-root-password", "user: reader\n  password: file:etcd-wrong-password"), "EtcdPermissionDenied", "/leader may be deleted");
        }
        finally
        {
            await fixture.Lab.ExecCheckedAsync("etcd-1", "sh", "-c", "etcdctl user delete reader; etcdctl role delete reader");
        }
    }

    [Fact]
    public void An_expired_client_certificate_is_named_with_its_file_and_date()
    {
        var topology = fixture.TopologyWith("certFile: etcd/client.crt\n  keyFile: etcd/client.key", "certFile: etcd/expired.crt\n  keyFile: etcd/expired.key");
        AssertRefused(topology, "EtcdClientCertificateExpired", "etcd/expired.crt expired on ", "Issue a new one");
    }

    [Fact]
    public void A_client_certificate_of_another_authority_is_named_as_refused()
    {
        WriteStranger();
        var topology = fixture.TopologyWith("certFile: etcd/client.crt\n  keyFile: etcd/client.key", "certFile: stranger.crt\n  keyFile: stranger.key");
        AssertRefused(topology, "EtcdHandshakeFailed", "TLS handshake failed", "etcd.certFile");
    }

    [Fact]
    public void A_server_certificate_that_the_authority_has_not_signed_is_refused()
    {
        WriteStranger();
        var topology = fixture.TopologyWith("caFile: etcd/ca.crt", "caFile: stranger.crt");
        AssertRefused(topology, "EtcdServerCertificateUntrusted", "is not signed by the authority in", "stranger.crt");
    }

    [Fact]
    public void A_certificate_file_that_is_not_there_ends_the_command_before_anything_is_sent()
    {
        var topology = fixture.TopologyWith("caFile: etcd/ca.crt", "caFile: etcd/nowhere.crt");

        var error = fixture.Session.Run("param($t) Test-EtcdEndpoint -Topology $t", topology).SingleError;

        Assert.StartsWith("EtcdCertificateUnreadable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("nowhere.crt", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_way_through_ssh_is_said_to_be_missing()
    {
        var topology = fixture.TopologyWith("etcd:\n  via: direct", "etcd:\n  via: ssh");

        var error = fixture.Session.Run("param($t) Test-EtcdEndpoint -Topology $t", topology).SingleError;

        Assert.StartsWith("EtcdViaSshUnavailable,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("etcd.via: ssh is not available in this version", error.Exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_that_is_no_member_is_refused_with_those_that_are()
    {
        var error = fixture.Session.Run("Test-EtcdEndpoint pg-siteA").SingleError;

        Assert.StartsWith("EtcdMemberNotInTopology,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("etcd-1, etcd-2, etcd-3", error.Exception.Message, StringComparison.Ordinal);
    }

    private static void WritePassword(string path, ReadOnlySpan<byte> password)
    {
        using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.Write(password);
    }

    // Test- shows every member as refused; Save-, which finds no member, gives the one reason as its error; Restore- does before it changes anything.
    private void AssertRefused(string topology, string errorId, params string[] words)
    {
        var endpoints = fixture.Session.Run("param($t) Test-EtcdEndpoint -Topology $t", topology).Require().As<EtcdEndpoint>();
        var error = fixture.Session.Run("param($t) Save-EtcdSnapshot -Topology $t", topology).SingleError;

        Assert.Equal(3, endpoints.Count);
        Assert.All(endpoints, endpoint => Assert.Equal(EtcdEndpointState.Refused, endpoint.State));
        Assert.All(endpoints, endpoint => Assert.All(words, word => Assert.Contains(word, endpoint.Reason, StringComparison.Ordinal)));
        Assert.StartsWith(errorId + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("etcd-", (string)error.TargetObject, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, error.Exception.Message, StringComparison.Ordinal));
        AssertRestoreRefused(topology, "EtcdRefusesUs", words);
    }

    private void AssertRestoreRefused(string topology, string errorId, params string[] words)
    {
        var snapshot = Assert.Single(fixture.Session.Run("Save-EtcdSnapshot").Require().As<EtcdSnapshot>()).Path;
        var runs = fixture.Session.Run("Get-DrRun").Require().Output.Count;
        var error = fixture.Session.Run("param($f, $t) Restore-EtcdSnapshot $f -Topology $t -Confirm:$false", snapshot, topology).SingleError;
        File.Delete(snapshot);

        Assert.StartsWith(errorId + ",", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(word, error.Exception.Message, StringComparison.Ordinal));
        Assert.All(fixture.Session.Run("Get-DrLock").Require().As<DrLock>(), held => Assert.Null(held.Run));
        Assert.Equal(runs, fixture.Session.Run("Get-DrRun").Require().Output.Count);
    }

    private async Task SetQuotaAsync(string line) => await fixture.Lab.ExecCheckedAsync(
        "etcd-3", "sh", "-ec", "sed -i /QUOTA/d /etc/default/etcd; echo \"$1\" >>/etc/default/etcd; systemctl restart etcd", "sh", line);

    // Only the leader hands the lead over, and only to a member of its own.
    private async Task LeadAsync(string member) => await fixture.Lab.ExecCheckedAsync(
        "etcd-1",
        "timeout", "30", "sh", "-ec",
        """
        export ETCDCTL_ENDPOINTS=https://10.77.1.11:2379,https://10.77.2.12:2379,https://10.77.2.13:2379
        member=$(etcdctl member list | grep ", $1, ")
        until etcdctl endpoint status | grep "${member%%,*}.*, true, "; do etcdctl move-leader "${member%%,*}" || sleep 0.5; done
        """,
        "sh", member);

    private void WithoutPower(string host, Action work)
    {
        fixture.Lab.KillAsync(host).GetAwaiter().GetResult();
        try
        {
            work();
        }
        finally
        {
            fixture.Lab.StartAsync(host).GetAwaiter().GetResult();
            fixture.Lab.WaitHealthyAsync().GetAwaiter().GetResult();
        }
    }

    /// <summary>A certificate and key of nobody's: signed by itself.</summary>
    private void WriteStranger()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stranger", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(fixture.Lab.OperatorFolder, "stranger.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(fixture.Lab.OperatorFolder, "stranger.key"), key.ExportPkcs8PrivateKeyPem());
    }

    private static string Id(JsonElement element, string name) => element.GetProperty(name).GetUInt64().ToString("x", CultureInfo.InvariantCulture);
}
