using System.Management.Automation;
using System.Net;

namespace ZabbixDR.Lab.Tests;

/// <summary>What a session logs in with: keys of every kind, an agent, a password. sshd's own journal says what it was.</summary>
[Collection(LabTestGroup.Name)]
public sealed class LoginTests(LabFixture fixture) : IAsyncLifetime
{
    private const string Node = "zbx-siteB";
    private const string Passphrase = "open sesame, canary";
    private const string AuthorizedKeys = "/home/zabbixdr/.ssh/authorized_keys";
    private readonly string _folder = Directory.CreateTempSubdirectory("zdr-login-").FullName;

    public Task InitializeAsync() => fixture.Lab.ExecCheckedAsync(Node, "cp", "-a", AuthorizedKeys, AuthorizedKeys + ".kept");

    public async Task DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        await fixture.Lab.ExecCheckedAsync(Node, "mv", AuthorizedKeys + ".kept", AuthorizedKeys);
    }

    [Theory]
    [InlineData("ed25519", "-t ed25519")]
    [InlineData("ecdsa521", "-t ecdsa -b 521")]
    [InlineData("rsa-pem", "-t rsa -b 2048 -m PEM")]
    [InlineData("rsa-pkcs8", "-t rsa -b 2048 -m PKCS8")]
    public Task A_key_logs_in_plain_and_with_its_passphrase_and_says_what_is_wrong_with_it(string name, string options) => LogInWithAsync(name, options);

    [Theory]
    [Trait("Category", "Campaign")]
    [InlineData("ecdsa256", "-t ecdsa -b 256")]
    [InlineData("ecdsa384", "-t ecdsa -b 384")]
    [InlineData("rsa", "-t rsa -b 2048")]
    [InlineData("ecdsa-pem", "-t ecdsa -b 256 -m PEM")]
    [InlineData("ecdsa-pkcs8", "-t ecdsa -b 256 -m PKCS8")]
    public Task A_key_of_every_other_kind_does_too(string name, string options) => LogInWithAsync(name, options);

    private async Task LogInWithAsync(string name, string options)
    {
        var plain = await NewKeyAsync(name, options, "");
        var locked = await NewKeyAsync(name + "-locked", options, Passphrase);
        var secret = Secret("passphrase", Passphrase);

        Assert.Equal((NodeState.Reachable, null), Look(plain));
        Assert.Equal((NodeState.Reachable, null), Look(locked, $"\n  identityPassphrase: file:{secret}"));

        var (state, reason) = Look(locked);
        Assert.Equal(NodeState.Refused, state);
        Assert.Contains($"Reading the private key {locked} on {Node} failed: it is encrypted, and no passphrase is known. Say where the passphrase is, as access.identityPassphrase", reason, StringComparison.Ordinal);

        (state, reason) = Look(locked, $"\n  identityPassphrase: file:{Secret("wrong", "not it")}");
        Assert.Equal(NodeState.Refused, state);
        Assert.Contains($"the passphrase from file:{_folder}/wrong does not open it", reason, StringComparison.Ordinal);
        Assert.DoesNotContain("not it", reason!.Replace("does not open it", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agents_keys_log_in_by_sshs_rules()
    {
        var named = await NewKeyAsync("named", "-t rsa -b 2048", Passphrase);
        var other = await NewKeyAsync("other", "-t ed25519", "");
        await using var agent = await Agent.StartAsync(Path.Combine(_folder, "agent"), other);
        var config = Path.Combine(_folder, "config");
        var since = (await fixture.Lab.ExecCheckedAsync(Node, "date", "+%s.%N")).Output.Trim();

        // Any key of the agent, though no file holds it.
        Configure($"IdentityAgent {agent.Socket}");
        Assert.Equal((NodeState.Reachable, null), Look(null, $"\n  sshConfigFile: {config}"));
        Assert.Equal([await FingerprintAsync(other)], await AcceptedAsync(since));

        // Not with IdentitiesOnly, unless a file names it; its public half is enough.
        Configure($"IdentityAgent {agent.Socket}\nIdentitiesOnly yes\nIdentityFile {_folder}/nowhere");
        Assert.Equal(NodeState.Refused, Look(null, $"\n  sshConfigFile: {config}").State);
        File.Delete(other);
        Configure($"IdentityAgent {agent.Socket}\nIdentitiesOnly yes\nIdentityFile {named}");
        Assert.Contains("no passphrase is known", Look(null, $"\n  sshConfigFile: {config}").Reason, StringComparison.Ordinal);
        await agent.AddAsync(named, Passphrase);
        since = (await fixture.Lab.ExecCheckedAsync(Node, "date", "+%s.%N")).Output.Trim();
        Assert.Equal((NodeState.Reachable, null), Look(null, $"\n  sshConfigFile: {config}"));
        Assert.Equal([await FingerprintAsync(named)], await AcceptedAsync(since));

        // IdentityAgent none, and an agent that is gone.
        Configure("IdentityAgent none\nIdentitiesOnly yes\nIdentityFile none");
        Assert.Contains("in a file or in an agent", Look(null, $"\n  sshConfigFile: {config}").Reason, StringComparison.Ordinal);
        Configure($"IdentityAgent {_folder}/gone\nIdentityFile none");
        Assert.Contains($"the agent at {_folder}/gone cannot be asked", Look(null, $"\n  sshConfigFile: {config}").Reason, StringComparison.Ordinal);

        void Configure(string text)
        {
            File.WriteAllText(config, text + "\n");
            File.SetUnixFileMode(config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Theory]
    [InlineData("PasswordAuthentication yes\nKbdInteractiveAuthentication no", "password")]
    [InlineData("PasswordAuthentication no\nKbdInteractiveAuthentication yes", "keyboard-interactive/pam")]
    public async Task A_password_logs_in_where_the_server_takes_it(string configuration, string method)
    {
        await using var account = await PasswordAccount.OpenAsync(fixture.Lab, Node, configuration);
        var since = (await fixture.Lab.ExecCheckedAsync(Node, "date", "+%s.%N")).Output.Trim();

        Assert.Equal((NodeState.Reachable, null), LookAs(PasswordAccount.User, account.Password));
        Assert.Contains($"Accepted {method} for {PasswordAccount.User}", await JournalAsync(since), StringComparison.Ordinal);

        var (state, reason) = LookAs(PasswordAccount.User, account.Password + "x");
        Assert.Equal(NodeState.Refused, state);
        Assert.Contains("the password is right", reason, StringComparison.Ordinal);
        Assert.DoesNotContain(account.Password, reason, StringComparison.Ordinal);
    }

    private (NodeState State, string? Reason) LookAs(string user, string password)
    {
        using var session = ModuleSession.Open();
        var credential = new PSCredential(user, new NetworkCredential("", password).SecurePassword);
        session.Run("param($t, $c) Connect-DrDeployment $t -Credential $c", fixture.Lab.TopologyFile, credential).Require();
        return Seen(session.Run("param($n) Get-DrNode $n", Node));
    }

    private (NodeState State, string? Reason) Look(string? key, string more = "")
    {
        var topology = fixture.TopologyWith(
            "  identityFile: id_ed25519\n  knownHostsFile: known_hosts\n", $"{(key is null ? "" : $"  identityFile: {key}\n")}  knownHostsFile: known_hosts{more}\n");
        return Seen(fixture.Session.Run("param($n, $t) Get-DrNode $n -Topology $t", Node, topology));
    }

    private static (NodeState State, string? Reason) Seen(ScriptRun run) => Assert.Single(run.Require().As<DrNode>()) is var node ? (node.State, node.Reason) : default;

    private async Task<string> NewKeyAsync(string name, string options, string passphrase)
    {
        var file = Path.Combine(_folder, name);
        await new ExternalCommand(["ssh-keygen", "-q", .. options.Split(' '), "-N", passphrase, "-f", file]).RunCheckedAsync();
        await fixture.Lab.ExecCheckedAsync(Node, ["tee", "-a", AuthorizedKeys], input: await File.ReadAllTextAsync(file + ".pub"));
        return file;
    }

    private string Secret(string name, string text)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, text + "\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    private static async Task<string> FingerprintAsync(string key) =>
        (await new ExternalCommand("ssh-keygen", "-l", "-f", key + ".pub").RunCheckedAsync()).Output.Split(' ')[1];

    private async Task<string[]> AcceptedAsync(string since) =>
        [.. (await JournalAsync(since)).Split('\n').Where(line => line.StartsWith("Accepted publickey", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]).Distinct()];

    private async Task<string> JournalAsync(string since) => (await fixture.Lab.ExecCheckedAsync(
        Node, "sh", "-c", $"journalctl --sync; journalctl -q -o cat -t sshd -t sshd-session --since=@{since} || true")).Output;
}
