using System.Management.Automation;
using System.Net;

namespace ZabbixDR.Lab.Tests;

/// <summary>
/// While commands work that need secrets, no secret is seen where it does not belong: in argument lists of any node or of this machine,
/// in any stream of the session, in journals and logs, or in files that were written meanwhile.
/// </summary>
[Collection(LabTestGroup.Name)]
public sealed class CanaryTests(LabFixture fixture) : IAsyncLifetime, IDisposable
{
    private const string Node = "zbx-siteB";

    // Everything of the session, as text: each stream merged into the output, and what errors hold within.
    private const string Session = """
        param($topology, $wrong, $passworded, $credential)
        $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
        & {
            Connect-DrDeployment $topology -Verbose -Debug
            Get-DrNode
            Test-EtcdEndpoint
            Save-EtcdSnapshot -Confirm:$false
            try { Save-EtcdSnapshot etcd-1 -Topology $wrong -Confirm:$false } catch { $_ }
            Connect-DrDeployment $passworded -Credential $credential
            Get-DrNode zbx-siteB
        } *>&1 | ForEach-Object {
            "$_"
            if ($_ -is [System.Management.Automation.ErrorRecord]) { "$($_.Exception)"; "$($_.TargetObject)"; "$($_.ScriptStackTrace)" }
            else { foreach ($property in $_.PSObject.Properties) { "$($property.Name) $($property.Value)" } }
        }
        """;

    private readonly CanaryFiles _files = new(fixture);
    private Canaries _canaries = null!;

    public async Task InitializeAsync() => _canaries = await Canaries.OfAsync(fixture.Lab);

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task No_secret_is_seen_where_it_does_not_belong()
    {
        await using var account = await PasswordAccount.OpenAsync(fixture.Lab, Node, "PasswordAuthentication yes");
        _canaries.Add("the login's password", account.Password);
        var passphrase = _canaries.Add("a key's passphrase");
        var topology = await _files.TopologyWithLockedKeyAsync(passphrase);
        await using var watch = new ArgumentWatch(_canaries.Secrets);

        using var session = ModuleSession.Open();
        var run = session.Run(
            Session,
            topology,
            fixture.TopologyWith("file:etcd-root-password", $"file:{_files.Private("wrong", passphrase)}"),
            fixture.Lab.TopologyFile,
            new PSCredential(PasswordAccount.User, new NetworkCredential("", account.Password).SecurePassword));

        var text = string.Join('\n', run.Require().As<string>());
        Assert.Contains("refused the user or the password", text, StringComparison.Ordinal);
        Assert.Empty(_canaries.In(text));
        Assert.Empty(await watch.EndAsync());
        Assert.True(watch.Rounds > 20, $"{watch.Rounds} rounds");
        foreach (var host in fixture.Lab.Hosts)
        {
            Assert.Empty(await _canaries.InJournalAsync(host.Name));
            Assert.Empty(await _canaries.InFilesAsync(host.Name));
        }

        Assert.Equal(["etcd-root-password", "pgbackrest-cipher-pass"], await _canaries.InFoldersAsync(fixture.Lab.OperatorFolder));
    }

    [Fact]
    public async Task A_secret_that_is_let_out_is_caught_everywhere()
    {
        const string Planted = "a planted secret";
        var secret = _canaries.Add(Planted);
        await using var watch = new ArgumentWatch(_canaries.Secrets);

        await fixture.Lab.ExecCheckedAsync(Node, "sh", "-c", "sleep 0.5; exit 0", secret);
        await fixture.Lab.ExecCheckedAsync(Node, ["logger"], input: $"let out: {secret}\n");
        await fixture.Lab.ExecCheckedAsync(Node, ["tee", "/var/tmp/let-out", "/run/let-out"], input: $"let out: {secret}\n");
        var here = Path.Combine(fixture.Lab.OperatorFolder, "let-out");
        await File.WriteAllTextAsync(here, $"let out: {secret}\n");
        try
        {
            Assert.Contains($"{Planted} in the arguments of sh", await watch.EndAsync());
            Assert.Contains("let out", Assert.Single(await _canaries.InJournalAsync(Node)), StringComparison.Ordinal);
            Assert.Equal(["/run/let-out", "/var/tmp/let-out"], await _canaries.InFilesAsync(Node));
            Assert.Contains("let-out", await _canaries.InFoldersAsync(fixture.Lab.OperatorFolder));
        }
        finally
        {
            File.Delete(here);
            await fixture.Lab.ExecCheckedAsync(Node, "rm", "/var/tmp/let-out", "/run/let-out");
        }
    }
}
