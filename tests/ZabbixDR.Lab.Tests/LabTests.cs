using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace ZabbixDR.Lab.Tests;

/// <summary>The lab does to the cluster what it says that it does; every other lab test stands on this.</summary>
[Collection(LabTestGroup.Name)]
public sealed class LabTests(LabFixture fixture)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly TwoSiteLab _lab = fixture.Lab;

    [Fact]
    public async Task A_killed_host_falls_silent_and_comes_back_with_its_files()
    {
        await _lab.ExecCheckedAsync("zbx-siteB", "touch", "/var/tmp/kept");

        await _lab.KillAsync("zbx-siteB");

        // Silence and not a refusal: that is how a host without power differs from one without a server.
        Assert.False(_lab.IsRunning("zbx-siteB"));
        Assert.Equal("silence", await GreetingAsync("zbx-siteB"));
        await Assert.ThrowsAsync<LabException>(() => _lab.ExecAsync("zbx-siteB", "true"));

        await _lab.StartAsync("zbx-siteB");
        Assert.StartsWith("SSH-2.0", await GreetingAsync("zbx-siteB"), StringComparison.Ordinal);
        await _lab.ExecCheckedAsync("zbx-siteB", "rm", "/var/tmp/kept");
        await _lab.WaitHealthyAsync();
    }

    [Fact]
    public async Task A_cut_parts_the_sites_and_leaves_the_operator_both()
    {
        Assert.True(await PingsAsync("zbx-siteA", "zbx-siteB"));
        await _lab.CutAsync("A", "B");
        try
        {
            Assert.False(await PingsAsync("zbx-siteA", "zbx-siteB"));
            Assert.False(await PingsAsync("zbx-siteB", "zbx-siteA"));
            Assert.True(await PingsAsync("zbx-siteA", "pg-siteA"));
            Assert.StartsWith("SSH-2.0", await GreetingAsync("zbx-siteA"), StringComparison.Ordinal);
            Assert.StartsWith("SSH-2.0", await GreetingAsync("zbx-siteB"), StringComparison.Ordinal);
        }
        finally
        {
            await _lab.HealAsync();
        }

        Assert.True(await PingsAsync("zbx-siteA", "zbx-siteB"));
        await _lab.WaitHealthyAsync();
    }

    [Fact]
    public async Task A_delay_holds_up_what_goes_between_the_sites_only()
    {
        await _lab.DelayAsync(TimeSpan.FromMilliseconds(30));
        try
        {
            Assert.InRange(await RoundTripAsync("zbx-siteA", "zbx-siteB"), 60, 500);
            Assert.InRange(await RoundTripAsync("zbx-siteA", "pg-siteA"), 0, 30);
        }
        finally
        {
            await _lab.DelayAsync(TimeSpan.Zero);
        }

        Assert.InRange(await RoundTripAsync("zbx-siteA", "zbx-siteB"), 0, 30);
    }

    [Fact]
    public async Task A_hung_sshd_accepts_and_says_nothing_until_it_is_resumed()
    {
        await _lab.HangAsync("etcd-3");
        try
        {
            Assert.Equal("no greeting", await GreetingAsync("etcd-3"));
            await _lab.ExecCheckedAsync("etcd-3", "true");
        }
        finally
        {
            await _lab.ResumeAsync("etcd-3");
        }

        Assert.StartsWith("SSH-2.0", await GreetingAsync("etcd-3"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_undoes_everything()
    {
        var hostKey = await HostKeyAsync("etcd-2");
        await _lab.ExecCheckedAsync("etcd-2", "touch", "/var/tmp/gone");
        await _lab.QueryAsync(await _lab.LeaderAsync(), "zabbix", "create table gone ()");
        await File.WriteAllTextAsync(Path.Combine(_lab.OperatorFolder, "etcd-snapshots", "gone"), "");
        await _lab.CutAsync("A", "B");
        await _lab.KillAsync("A");

        await _lab.ResetAsync();

        await _lab.WaitHealthyAsync(TimeSpan.FromSeconds(1));
        Assert.Equal(hostKey, await HostKeyAsync("etcd-2"));
        Assert.Equal("", await _lab.QueryAsync(await _lab.LeaderAsync(), "zabbix", "select to_regclass('gone')"));
        Assert.Equal(2, (await _lab.ExecAsync("etcd-2", "ls", "/var/tmp/gone")).ExitCode);
        Assert.False(File.Exists(Path.Combine(_lab.OperatorFolder, "etcd-snapshots", "gone")));
        Assert.True(await PingsAsync("etcd-1", "etcd-2"));
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_second_lab_stands_beside_this_one_and_leaves_nothing_behind()
    {
        const string name = "labtest2";
        var second = await Lifecycle.UpAsync(new LabPlan(name, _lab.Plan.Generation, _lab.Plan.Etcd3Site), Phases.Silent(), CancellationToken.None);
        var group = Cgroup.ForLab(name).Path;
        try
        {
            Assert.True(Directory.Exists(group));
            await second.KillAsync("zbx-siteB");
            Assert.True(_lab.IsRunning("zbx-siteB"));
        }
        finally
        {
            await Lifecycle.DownAsync(name, CancellationToken.None);
        }

        Assert.False(Directory.Exists(group));
        Assert.False(Directory.Exists(second.Folder));
        Assert.DoesNotContain(Directory.EnumerateFiles("/run/netns"), file => Path.GetFileName(file).StartsWith($"zdr-{name}", StringComparison.Ordinal));
        Assert.DoesNotContain($"/labs/{name}/", await File.ReadAllTextAsync("/proc/self/mounts"), StringComparison.Ordinal);
        Assert.DoesNotContain(CommandLines(), line => line.Contains($"/labs/{name}/", StringComparison.Ordinal));
        await _lab.WaitHealthyAsync();
    }

    [Fact]
    public async Task Whoever_would_change_a_lab_that_is_being_changed_is_refused()
    {
        using var held = LabLock.TakeOrRefuse($"lab-{_lab.Plan.Name}");

        var refused = await Assert.ThrowsAsync<LabException>(() => _lab.ResetAsync());

        Assert.Contains($"process {Environment.ProcessId}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_operators_certificate_has_no_common_name_and_the_expired_one_has_expired()
    {
        var client = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_lab.OperatorFolder, "etcd", "client.crt"));
        var expired = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_lab.OperatorFolder, "etcd", "expired.crt"));

        Assert.DoesNotContain("CN=", client.Subject, StringComparison.Ordinal);
        Assert.True(client.NotAfter > DateTime.Now.AddYears(9));
        Assert.True(expired.NotAfter < DateTime.Now);
    }

    /// <summary>What a host's port 22 does: its greeting, or "no greeting", or "silence" where it does not even accept.</summary>
    private async Task<string> GreetingAsync(string host)
    {
        using var client = new TcpClient();
        using var accepted = new CancellationTokenSource(Patience);
        try
        {
            await client.ConnectAsync(_lab.Plan.Host(host).Address, 22, accepted.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException { SocketErrorCode: SocketError.HostUnreachable })
        {
            return "silence";
        }

        using var greeted = new CancellationTokenSource(Patience);
        using var reader = new StreamReader(client.GetStream());
        try
        {
            return await reader.ReadLineAsync(greeted.Token) ?? "closed";
        }
        catch (OperationCanceledException)
        {
            return "no greeting";
        }
    }

    private async Task<bool> PingsAsync(string from, string to) =>
        (await _lab.ExecAsync(from, "ping", "-c", "1", "-W", "2", _lab.Plan.Host(to).Address)).Succeeded;

    /// <summary>The shortest of a few round trips, in milliseconds.</summary>
    private async Task<double> RoundTripAsync(string from, string to)
    {
        var said = (await _lab.ExecCheckedAsync(from, "ping", "-c", "5", "-i", "0.2", "-W", "2", _lab.Plan.Host(to).Address)).Output;
        var summary = said.Split("min/avg/max/mdev = ")[1];
        return double.Parse(summary.Split('/')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<string> HostKeyAsync(string host) =>
        (await _lab.ExecCheckedAsync(host, "cat", "/etc/ssh/ssh_host_ed25519_key.pub")).Output;

    private static IEnumerable<string> CommandLines() => Process.GetProcesses().Select(process =>
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    });
}
