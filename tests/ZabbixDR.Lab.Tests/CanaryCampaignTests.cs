using System.Text.RegularExpressions;

namespace ZabbixDR.Lab.Tests;

/// <summary>
/// The whole day of an operator, in a PowerShell of its own with its transcript on and every stream shown: the demo's script, and each
/// command of the module that needs a secret or carries one past, those that fail over theirs included.
/// </summary>
[Collection(LabTestGroup.Name)]
[Trait("Category", "Campaign")]
public sealed class CanaryCampaignTests(LabFixture fixture) : IAsyncLifetime, IDisposable
{
    private const string Host = "zbx-siteB";
    private const string PgBackRest = "/etc/pgbackrest/pgbackrest.conf";
    private const string Patroni = "/etc/patroni/config.yml";
    private static readonly string[] s_hosts = ["pg-siteA", "pg-siteB"];
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(40);

    // What the source document leaves in bootstrap, so that there is something to put right beside the passwords.
    private const string LeaveMethod = $"sed -i 's/^bootstrap:$/&\\n  method: pgbackrest/' {Patroni}; grep -q 'method: pgbackrest' {Patroni}";

    // $out and the other paths are set before it. Everything goes through, whatever fails: what may fail is told by its id below.
    private const string Day = """
        Start-Transcript "$out/transcript" -IncludeInvocationHeader | Out-Null
        Import-Module $module
        $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
        & {
            $ConfirmPreference = 'None'
            Connect-DrDeployment $topology
            Get-DrNode; Get-DrTopology; Get-DrLock; Get-DrRun
            Test-DrNode; Test-DrTopology; Test-DrReadiness; New-DrSudoRule
            New-DrTopology "$out/found.yaml" -FromNode 10.77.1.21 -User zabbixdr -IdentityFile "$operator/id_ed25519" -KnownHostsFile "$operator/known_hosts"

            Test-EtcdEndpoint; Get-EtcdMember; Save-EtcdSnapshot | Test-EtcdSnapshot; Get-EtcdSnapshot -Verify
            Restore-EtcdSnapshot (Get-EtcdSnapshot | Select-Object -Last 1).Path -WhatIf
            Repair-EtcdQuorum -WhatIf
            Save-EtcdSnapshot etcd-1 -Topology $wrong

            Get-PgBackRestBackup; Get-PgRecoveryWindow; Get-PgArchiverStatus; Get-PgReplicationStatus
            Test-PgBackRestConfiguration; Test-PgBackRestRepository; Initialize-PgBackRestStanza
            Install-PgBackRestConfiguration -WhatIf -Topology $objectStore
            Install-PgBackRestConfiguration -Topology $objectStore
            Install-PgBackRestConfiguration -Force -Topology $objectStoreDown
            Install-PgBackRestConfiguration -Merge -Topology $grown
            Invoke-PgBackRestBackup -Type Incr
            Enable-PgWalArchiving

            Get-PatroniCluster -Topology $rest; Get-PatroniConfiguration -Topology $rest
            Set-PatroniConfiguration -MaximumLagOnFailover 2097152 -Topology $rest
            Set-PatroniConfiguration -MaximumLagOnFailover 1048576 -Topology $restThroughNode
            Suspend-PatroniCluster -Topology $rest; Resume-PatroniCluster -Topology $restThroughNode
            Restart-PatroniMember $standby -Topology $rest
            Reset-PatroniMember $standby -Wait -Force -Topology $rest
            while ((Get-PatroniCluster).Members.Role -notcontains 'SyncStandby') { Start-Sleep 1 }
            Invoke-PatroniSwitchover $standby -Topology $rest

            Backup-DrConfiguration; Get-ZabbixHaNode
            Connect-DrDeployment $passworded -Credential ([pscredential]::new($user, (Get-Content $password | ConvertTo-SecureString -AsPlainText -Force)))
            Get-DrNode zbx-siteB
            Disconnect-DrDeployment
        } *>&1 | ForEach-Object {
            "$_"
            if ($_ -is [System.Management.Automation.ErrorRecord]) { "ERROR $($_.FullyQualifiedErrorId)"; "$($_.Exception)"; "$($_.TargetObject)"; "$($_.ScriptStackTrace)" }
            else { foreach ($property in $_.PSObject.Properties) { "$($property.Name) $($property.Value)" } }
        }
        Stop-Transcript
        """;

    private readonly CanaryFiles _files = new(fixture);
    private Canaries _canaries = null!;

    public async Task InitializeAsync() => _canaries = await Canaries.OfAsync(fixture.Lab);

    public async Task DisposeAsync()
    {
        await fixture.Lab.StopS3Async();
        await fixture.Lab.WaitHealthyAsync(TimeSpan.FromMinutes(3));
    }

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task No_secret_is_seen_during_the_demo()
    {
        await using var watch = new ArgumentWatch(_canaries.Secrets);

        var said = await new ExternalCommand(
            [.. ThisProgram.Argv, "session", "--name", fixture.Lab.Plan.Name, "--script", Path.Combine(ModuleSession.RepositoryRoot, Demo.DefaultScript)])
        {
            Limit = s_limit,
            WorkingDirectory = fixture.Lab.OperatorFolder,
            Variables = new Dictionary<string, string> { ["XDG_STATE_HOME"] = Out("state") },
        }.RunCheckedAsync();

        Assert.Contains("Test-DrReadiness", said.Output, StringComparison.Ordinal);
        Assert.Empty(_canaries.In(said.Output + said.Error));
        await RequireKeptAsync(watch, []);
    }

    [Fact]
    public async Task No_secret_is_seen_while_everything_is_done_that_can_be()
    {
        await fixture.Lab.StartS3Async();
        await using var account = await PasswordAccount.OpenAsync(fixture.Lab, Host, "PasswordAuthentication yes");
        _canaries.Add("the login's password", account.Password);
        var script = _files.Private("day.ps1", await PathsAsync(account.Password) + Day);
        await using var keptPgBackRest = await NodeFileKept.OfAsync(fixture.Lab, PgBackRest, s_hosts);
        await using var keptPatroni = await NodeFileKept.OfAsync(fixture.Lab, Patroni, s_hosts);
        await Task.WhenAll(s_hosts.Select(host => fixture.Lab.ExecCheckedAsync(host, "sh", "-c", LeaveMethod)));
        await using var watch = new ArgumentWatch(_canaries.Secrets);

        var said = await new ExternalCommand("pwsh", "-NoProfile", "-NonInteractive", "-File", script)
        {
            Limit = s_limit,
            Variables = new Dictionary<string, string> { ["XDG_STATE_HOME"] = Out("state") },
        }.RunAsync();

        var text = said.Output + said.Error + await File.ReadAllTextAsync(Path.Combine(Out(), "transcript"));
        Assert.Equal(
            ["EtcdHasQuorum", "EtcdPasswordWrong", "RepositoryNotOpened"],
            Regex.Matches(said.Output, @"(?m)^ERROR ([^,\r\n]+)").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal));
        Assert.Empty(_canaries.In(text));
        await RequireKeptAsync(watch, [Patroni, PgBackRest]);
    }

    // Where secrets belong, copies of those files beside them included.
    private async Task RequireKeptAsync(ArgumentWatch watch, string[] belongs)
    {
        Assert.Empty(await watch.EndAsync());
        Assert.True(watch.Rounds > 20, $"{watch.Rounds} rounds");
        foreach (var host in fixture.Lab.Hosts)
        {
            Assert.Empty(await _canaries.InJournalAsync(host.Name));
            var found = await _canaries.InFilesAsync(host.Name);
            Assert.All(found, file => Assert.Contains(belongs, place => file == place || file.StartsWith(place + ".", StringComparison.Ordinal)));
            foreach (var file in found)
            {
                Assert.Matches("^postgres:postgres 6[04]0$", (await fixture.Lab.ExecCheckedAsync(host.Name, "stat", "-c", "%U:%G %a", file)).Output.Trim());
            }
        }

        Assert.Empty(await _canaries.InFoldersAsync(Out()));
        Assert.Equal(["etcd-root-password", "pgbackrest-cipher-pass"], await _canaries.InFoldersAsync(fixture.Lab.OperatorFolder));
    }

    private string Out(string below = "") => Directory.CreateDirectory(Path.Combine(_files.Folder, "out", below)).FullName;

    private async Task<string> PathsAsync(string password)
    {
        var passphrase = _canaries.Add("a key's passphrase");
        const string Direct = "port: 8008\n    via: direct";
        var login = $"\n    user: patroni\n    password: file:{_files.Private("rest", _canaries.Add("the REST interface's password"))}";
        var leader = await fixture.Lab.LeaderAsync();
        var paths = new Dictionary<string, string>
        {
            ["module"] = ModuleSession.Manifest,
            ["out"] = Out(),
            ["operator"] = fixture.Lab.OperatorFolder,
            ["standby"] = s_hosts.Single(host => host != leader),
            ["topology"] = await _files.TopologyWithLockedKeyAsync(passphrase),
            ["wrong"] = fixture.TopologyWith("file:etcd-root-password", $"file:{_files.Private("wrong", passphrase)}"),
            ["grown"] = fixture.TopologyWith("full: 2", "full: 5"),
            ["rest"] = fixture.TopologyWith(Direct, Direct + login),
            ["restThroughNode"] = fixture.TopologyWith(Direct, "port: 8008\n    via: ssh" + login),
            ["passworded"] = fixture.Lab.TopologyFile,
            ["user"] = PasswordAccount.User,
            ["password"] = _files.Private("password", password),
            ["objectStore"] = InObjectStore(LabS3.Port),
            ["objectStoreDown"] = InObjectStore(port: 1),
        };
        return string.Concat(paths.Select(path => $"${path.Key} = '{path.Value}'\n"));
    }

    // An archive-push that a silent store holds up, for nine times the io-timeout, would hold up the switchover: PostgreSQL does not stop before.
    private string InObjectStore(int port) => fixture.TopologyWith("    type: posix\n    path: /mnt/backup/pgbackrest\n", $"""
            type: s3
            endpoint: {LabS3.Host}
            bucket: {LabS3.Bucket}
            region: {LabS3.Region}
            key: file:{_files.Private($"s3-key-{port}", _canaries.Add($"the object store's key at port {port}"))}
            keySecret: file:{_files.Private($"s3-secret-{port}", _canaries.Add($"the object store's secret at port {port}"))}
            uriStyle: path
            storagePort: {port}
            caFile: {LabS3.CaFile}
            path: /canary
          ioTimeout: 1s

        """);
}
