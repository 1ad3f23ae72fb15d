using System.Globalization;
using System.Management.Automation;
using System.Net;
using System.Text.RegularExpressions;

namespace ZabbixDR.Lab.Tests;

/// <summary>
/// While commands work that need secrets, no secret is seen where it does not belong: in argument lists of any node or of this machine,
/// in any stream of the session, in journals and logs, or in files that were written meanwhile.
/// </summary>
[Collection(LabTestGroup.Name)]
public sealed class CanaryTests(LabFixture fixture) : IAsyncLifetime
{
    private const string Node = "zbx-siteB";
    private const string Planted = "a planted secret";

    // Everything of the session, as text: each stream merged into the output, and what errors hold within.
    private const string Session = """
        param($more, $topology, $wrong, $passworded, $credential)
        $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
        & {
            Connect-DrDeployment $topology -Verbose -Debug
            Get-DrNode
            Test-EtcdEndpoint
            & ([scriptblock]::Create($more))
            try { Save-EtcdSnapshot etcd-1 -Topology $wrong -Confirm:$false } catch { $_ }
            Connect-DrDeployment $passworded -Credential $credential
            Get-DrNode zbx-siteB
        } *>&1 | ForEach-Object {
            "$_"
            if ($_ -is [System.Management.Automation.ErrorRecord]) { "$($_.Exception)"; "$($_.TargetObject)"; "$($_.ScriptStackTrace)" }
            else { foreach ($property in $_.PSObject.Properties) { "$($property.Name) $($property.Value)" } }
        }
        """;

    // Files that were changed since, but for the journal, which is asked by its own program. Only one grep runs: it reads what it looks for once.
    private const string ChangedFiles = """
        find / /run /tmp /dev/shm -xdev -type f -newermt "@$1" -not -path '/var/log/journal/*' -not -path '/run/log/journal/*' -exec grep -slF -f /dev/fd/3 {} + 3<&0
        exit 0
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("zdr-canary-");
    private readonly Dictionary<string, string> _secrets = [];
    private string _since = "";

    private string Patterns => string.Join('\n', _secrets.Values) + "\n";

    public async Task InitializeAsync()
    {
        _since = string.Create(CultureInfo.InvariantCulture, $"{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}");
        _secrets["etcd's password"] = File.ReadAllText(Path.Combine(fixture.Lab.OperatorFolder, "etcd-root-password")).Trim();
        _secrets["the repository's passphrase"] = File.ReadAllText(Path.Combine(fixture.Lab.OperatorFolder, "pgbackrest-cipher-pass")).Trim();
        _secrets["a key's passphrase"] = $"canary-{Guid.NewGuid():N}";
        _secrets[Planted] = $"canary-{Guid.NewGuid():N}";
        var patroni = (await fixture.Lab.ExecCheckedAsync("pg-siteA", "cat", "/etc/patroni/config.yml")).Output;
        foreach (var (password, number) in Regex.Matches(patroni, @"password:\s*['""]?([^\s'""]+)").Select(match => match.Groups[1].Value).Distinct().Select((text, index) => (text, index)))
        {
            _secrets[$"PostgreSQL's password {number + 1}"] = password;
        }

        _secrets["Zabbix's password"] = Regex.Match((await fixture.Lab.ExecCheckedAsync(Node, "cat", "/etc/zabbix/zabbix_server.conf")).Output, @"(?m)^DBPassword=(\S+)").Groups[1].Value;
        Assert.All(_secrets.Values, secret => Assert.True(secret.Length >= 8));
        Assert.True(_secrets.Count >= 7, $"only {string.Join(", ", _secrets.Keys)}");
    }

    public Task DisposeAsync()
    {
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public Task No_secret_is_seen_where_it_does_not_belong() => WatchAsync("Save-EtcdSnapshot -Confirm:$false");

    [Fact]
    [Trait("Category", "Campaign")]
    public Task No_secret_is_seen_while_everything_is_done_that_can_be() => WatchAsync("""
        Get-DrTopology
        Save-EtcdSnapshot -Confirm:$false
        Get-PgBackRestBackup
        Invoke-PgBackRestBackup -Type Incr -Confirm:$false
        Backup-DrConfiguration -Confirm:$false
        Get-PatroniCluster
        Get-ZabbixHaNode
        Test-DrReadiness
        """);

    private async Task WatchAsync(string more)
    {
        await using var account = await PasswordAccount.OpenAsync(fixture.Lab, Node, "PasswordAuthentication yes");
        _secrets["the login's password"] = account.Password;
        var topology = await LockedKeyAsync();
        await using var watch = new ArgumentWatch(_secrets);

        using var session = ModuleSession.Open();
        var run = session.Run(
            Session,
            more,
            topology,
            fixture.TopologyWith("file:etcd-root-password", $"file:{Private("wrong", _secrets["a key's passphrase"])}"),
            fixture.Lab.TopologyFile,
            new PSCredential(PasswordAccount.User, new NetworkCredential("", account.Password).SecurePassword));

        var text = string.Join('\n', run.Require().As<string>());
        Assert.Contains("refused the user or the password", text, StringComparison.Ordinal);
        Assert.DoesNotContain(_secrets, secret => text.Contains(secret.Value, StringComparison.Ordinal));
        Assert.Empty(await watch.EndAsync());
        Assert.True(watch.Rounds > 20, $"{watch.Rounds} rounds");
        foreach (var host in fixture.Lab.Hosts)
        {
            Assert.Empty(await FoundInJournalAsync(host.Name));
            Assert.Empty(await FoundInFilesAsync(host.Name));
        }

        Assert.Equal(["etcd-root-password", "pgbackrest-cipher-pass"], await FoundByOperatorAsync());
    }

    [Fact]
    public async Task A_secret_that_is_let_out_is_caught_everywhere()
    {
        var secret = _secrets[Planted];
        await using var watch = new ArgumentWatch(_secrets);

        await fixture.Lab.ExecCheckedAsync(Node, "sh", "-c", "sleep 0.5; exit 0", secret);
        await fixture.Lab.ExecCheckedAsync(Node, ["logger"], input: $"let out: {secret}\n");
        await fixture.Lab.ExecCheckedAsync(Node, ["tee", "/var/tmp/let-out", "/run/let-out"], input: $"let out: {secret}\n");
        var here = Path.Combine(fixture.Lab.OperatorFolder, "let-out");
        await File.WriteAllTextAsync(here, $"let out: {secret}\n");
        try
        {
            Assert.Contains($"{Planted} in the arguments of sh", await watch.EndAsync());
            Assert.Contains("let out", Assert.Single(await FoundInJournalAsync(Node)), StringComparison.Ordinal);
            Assert.Equal(["/run/let-out", "/var/tmp/let-out"], await FoundInFilesAsync(Node));
            Assert.Contains("let-out", await FoundByOperatorAsync());
        }
        finally
        {
            File.Delete(here);
            await fixture.Lab.ExecCheckedAsync(Node, "rm", "/var/tmp/let-out", "/run/let-out");
        }
    }

    // The operator's own key, locked with a passphrase.
    private async Task<string> LockedKeyAsync()
    {
        var key = Path.Combine(_folder.FullName, "id");
        var passphrase = Private("passphrase", _secrets["a key's passphrase"]);
        File.Copy(Path.Combine(fixture.Lab.OperatorFolder, "id_ed25519"), key);
        await new ExternalCommand("ssh-keygen", "-q", "-p", "-P", "", "-N", _secrets["a key's passphrase"], "-f", key).RunCheckedAsync();
        return fixture.TopologyWith("identityFile: id_ed25519", $"identityFile: {key}\n  identityPassphrase: file:{passphrase}");
    }

    private string Private(string name, string text)
    {
        var file = Path.Combine(_folder.FullName, name);
        File.WriteAllText(file, text + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private async Task<string[]> FoundInJournalAsync(string host)
    {
        var journal = (await fixture.Lab.ExecCheckedAsync(host, "sh", "-c", $"journalctl --sync; journalctl -q -o verbose --since=@{_since}")).Output;
        return [.. journal.Split('\n').Where(line => line.Contains("MESSAGE=", StringComparison.Ordinal) || line.Contains("CMDLINE=", StringComparison.Ordinal))
            .Where(line => _secrets.Values.Any(secret => line.Contains(secret, StringComparison.Ordinal)))];
    }

    private async Task<string[]> FoundInFilesAsync(string host) =>
        [.. (await fixture.Lab.ExecCheckedAsync(host, ["sh", "-c", ChangedFiles, "sh", _since], input: Patterns)).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)];

    private async Task<string[]> FoundByOperatorAsync() =>
        [.. (await new ExternalCommand("grep", "-rlF", "-f", "/dev/stdin", fixture.Lab.OperatorFolder) { Input = Patterns }.RunAsync()).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal)];
}
