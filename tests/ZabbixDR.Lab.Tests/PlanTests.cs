using System.Security.Cryptography;

namespace ZabbixDR.Lab.Tests;

/// <summary>Plans that are saved, approved with real keys, and run later or refused.</summary>
[Collection(LabTestGroup.Name)]
public sealed class PlanTests : IAsyncLifetime
{
    private readonly LabFixture _fixture;
    private readonly string _folder = Directory.CreateTempSubdirectory("zabbixdr-plans-").FullName;
    private readonly string? _stateHome = Environment.GetEnvironmentVariable("XDG_STATE_HOME");
    private string _snapshot = "";

    public PlanTests(LabFixture fixture) => _fixture = fixture;

    private TwoSiteLab Lab => _fixture.Lab;

    private string Plan => Path.Combine(_folder, "plan.yaml");

    private string Signers => Path.Combine(_folder, "allowed_signers");

    public async Task InitializeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _folder);
        await EtcdctlAsync("put", "/zabbixdr-plan", "before");
        _snapshot = Assert.Single(_fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d", _folder).Require().As<EtcdSnapshot>()).Path;
        await EtcdctlAsync("put", "/zabbixdr-plan", "after");
        foreach (var key in new[] { "anna", "maker", "stranger" })
        {
            await new ExternalCommand("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", Key(key)).RunCheckedAsync();
        }

        await File.WriteAllTextAsync(Signers, $"anna@example.org {await PublicAsync("anna")}{Environment.UserName}@elsewhere {await PublicAsync("maker")}");
    }

    public async Task DisposeAsync()
    {
        Environment.SetEnvironmentVariable("XDG_STATE_HOME", _stateHome);
        Directory.Delete(_folder, recursive: true);
        foreach (var host in Lab.Hosts)
        {
            await Lab.ExecCheckedAsync(host.Name, "sh", "-c", "rm -rf /var/lib/etcd/default/member.before-* /var/lib/zabbixdr/lock /var/lib/zabbixdr/runs");
        }

        await Lab.WaitHealthyAsync();
    }

    [Fact]
    public void A_restore_that_is_forced_is_planned_as_such()
    {
        using (var file = File.OpenWrite(_snapshot))
        {
            file.SetLength(file.Length - SHA256.HashSizeInBytes);
        }

        Assert.Equal("SnapshotNotRestorable", ErrorOf(Run(Lab.TopologyFile, "New-DrPlan -EtcdSnapshot $snapshot")));
        var plan = Assert.Single(Run(Lab.TopologyFile, "New-DrPlan -EtcdSnapshot $snapshot -ForceRestore").Require().As<DrPlan>());
        Assert.Contains("force", plan.Inputs.Keys);
        Assert.Contains(plan.Steps.SelectMany(step => step.Commands), command => command.Contains("--skip-hash-check", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_plan_is_saved_approved_and_run_once()
    {
        var topology = Demanding("true");
        var planned = Assert.Single(Run(topology, "New-DrPlan -EtcdSnapshot $snapshot -OutFile $plan").Require().As<DrPlan>());
        var text = await File.ReadAllTextAsync(Plan);
        Assert.Contains("systemctl stop etcd.service", text, StringComparison.Ordinal);
        Assert.Contains($"takes writes, timeline {await Lab.QueryAsync(await Lab.LeaderAsync(), "postgres", "SELECT timeline_id FROM pg_control_checkpoint()")}", text, StringComparison.Ordinal);
        Assert.Equal("ApprovalMissing", ErrorOf(Run(topology, "Invoke-DrPlan $plan -Confirm:$false")));

        // Before the question, which nobody is there to answer; the plan may be seen.
        Assert.Equal("ApprovalRequired", ErrorOf(Run(topology, "Restore-EtcdSnapshot $snapshot")));
        Run(topology, "Restore-EtcdSnapshot $snapshot -WhatIf").Require();
        Assert.Equal("after", await MarkAsync());

        Run(topology, "Approve-DrPlan $plan -KeyFile $anna -Confirm:$false").Require();
        var run = Assert.Single(Run(topology, "Invoke-DrPlan $plan -Confirm:$false").Require().As<DrRun>());

        Assert.Equal((planned.Id, DrRunStatus.Succeeded), (run.Id, run.Status));
        await Lab.WaitHealthyAsync();
        Assert.Equal("before", await MarkAsync());
        var again = Run(topology, "Invoke-DrPlan $plan -Confirm:$false").SingleError;
        Assert.Equal("PlanWasRun", again.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Contains($"Resume-DrRun {run.Id}", again.ToString(), StringComparison.Ordinal);

        // What the first run took is what is expected of the next.
        Assert.All(Assert.Single(Run(topology, "New-DrPlan -EtcdSnapshot $snapshot").Require().As<DrPlan>()).Steps.Where(step => step.Destructive), step => Assert.NotNull(step.Expected));
    }

    [Fact]
    public async Task An_approval_counts_by_the_key_of_an_allowed_signer_who_did_not_make_the_plan()
    {
        var topology = Demanding("false");
        Run(topology, "New-DrPlan -EtcdSnapshot $snapshot -OutFile $plan").Require();
        var written = await File.ReadAllTextAsync(Plan);

        Assert.Equal("SignerUnknown", ErrorOf(Run(topology, "Approve-DrPlan $plan -KeyFile $stranger -Confirm:$false")));
        Assert.Equal("SigningFailed", ErrorOf(Run(topology, "Approve-DrPlan $plan -KeyFile $nowhere -Confirm:$false")));
        Assert.Empty(Run(topology, "Approve-DrPlan $plan -KeyFile $anna -WhatIf").Require().Output);
        Assert.Equal(written, await File.ReadAllTextAsync(Plan));

        Run(topology, "Approve-DrPlan $plan -KeyFile $maker -Confirm:$false -WarningAction Ignore").Require();
        var own = Run(topology, "Invoke-DrPlan $plan -WhatIf").SingleError;
        Assert.Equal("ApprovalMissing", own.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Contains($"only {Environment.UserName}@elsewhere did, who made it", own.ToString(), StringComparison.Ordinal);

        Run(topology, "Approve-DrPlan $plan -KeyFile $anna -Confirm:$false").Require();
        Run(topology, "[IO.FileInfo]$plan | Invoke-DrPlan -WhatIf").Require();
        await VerifyByHandAsync();

        // A letter of the plan that nothing else looks at, and that is written in one way only.
        var approved = await File.ReadAllTextAsync(Plan);
        await File.WriteAllTextAsync(Plan, approved.Replace("createdBy: \"" + Environment.UserName, "createdBy: \"Anna", StringComparison.Ordinal).Replace("createdBy: " + Environment.UserName, "createdBy: Anna", StringComparison.Ordinal));
        Assert.Equal("ApprovalInvalid", ErrorOf(Run(topology, "Invoke-DrPlan $plan -WhatIf")));
        Assert.Equal("ApprovalInvalid", ErrorOf(Run(Lab.TopologyFile, "Invoke-DrPlan $plan -WhatIf")));
        await File.WriteAllTextAsync(Plan, approved.Replace("by: anna@example.org", $"by: {Environment.UserName}@elsewhere", StringComparison.Ordinal));
        Assert.Equal("ApprovalInvalid", ErrorOf(Run(topology, "Invoke-DrPlan $plan -WhatIf")));

        // Without the topology's word, a good approval is nobody's.
        await File.WriteAllTextAsync(Plan, approved);
        Run(Lab.TopologyFile, "Invoke-DrPlan $plan -WhatIf -WarningVariable said -WarningAction SilentlyContinue; if (\"$said\" -notmatch 'count for nothing') { throw \"$said\" }").Require();
        Assert.Equal("ApprovalNotConfigured", ErrorOf(Run(Lab.TopologyFile, "Approve-DrPlan $plan -KeyFile $anna -Confirm:$false")));
        Assert.Equal("PlanOfAnotherDeployment", ErrorOf(Run(_fixture.TopologyWith("name: lab", "name: other"), "Invoke-DrPlan $plan -WhatIf")));

        // Approved or not: another snapshot under the same name is not what the plan was made for.
        Run(Lab.TopologyFile, "New-DrPlan -EtcdSnapshot $snapshot | Invoke-DrPlan -WhatIf").Require();
        ReplaceSnapshot();
        var drift = Run(topology, "Invoke-DrPlan $plan -Confirm:$false").SingleError;
        Assert.Equal("PlanDrifted", drift.FullyQualifiedErrorId.Split(',')[0]);
        Assert.Matches("\\n  snapshot: planned .*SHA-256 [0-9a-f]{64}.*; found .*SHA-256 [0-9a-f]{64}", drift.ToString());
    }

    [Fact]
    [Trait("Category", "Campaign")]
    public async Task A_plan_that_no_longer_fits_is_refused_with_every_difference()
    {
        Run(Lab.TopologyFile, "New-DrPlan -EtcdSnapshot $snapshot -OutFile $plan").Require();
        Run(Lab.TopologyFile, "Invoke-DrPlan $plan -WhatIf").Require();
        Assert.Contains("systemctl stop etcd.service", string.Join('\n', _fixture.Session.Shown), StringComparison.Ordinal);

        // Another snapshot under the same name, and another leader.
        ReplaceSnapshot();
        var old = await Lab.LeaderAsync();
        var leader = Lab.Hosts.Single(host => host.Role == "postgres" && host.Name != old).Name;
        await SwitchoverAsync(old, leader);
        try
        {
            var error = Run(Lab.TopologyFile, "Invoke-DrPlan $plan -Confirm:$false").SingleError;

            Assert.Equal("PlanDrifted", error.FullyQualifiedErrorId.Split(',')[0]);
            var said = error.ToString();
            Assert.Contains($"first: planned {old}; found {leader}", said, StringComparison.Ordinal);
            Assert.Matches($"{leader} PostgreSQL: planned database [0-9]+, takes no writes; found database [0-9]+, takes writes, timeline [0-9]+", said);
            Assert.Matches("snapshot: planned .*SHA-256 [0-9a-f]{64}.*; found .*SHA-256 [0-9a-f]{64}", said);
            Assert.Matches("step copy-etcd-1: its .*sha256.* would be another now", said);
            Assert.Equal("after", await MarkAsync());
            Assert.Empty(_fixture.Session.Run("Get-DrRun").Require().As<DrRun>());
        }
        finally
        {
            await SwitchoverAsync(leader, old);
        }
    }

    // As docs/decisions/011-plans-and-approval.md says that it is done without the module.
    private async Task VerifyByHandAsync()
    {
        const string Script =
            """
            set -eu
            awk -v RS='\n---\n' -v f="$1" 'NR == 1 { plan = $0 } NR > 1 { n = split($0, l, "\n"); m = f "." NR - 1; printf "%s\n---\n%s\n", plan, l[1] >m; s = ""; for (i = 4; i <= n; i++) s = s substr(l[i], 3) "\n"; printf "%s", s >(m ".sig") }' "$1"
            ssh-keygen -Y verify -f "$2" -I anna@example.org -n plan@zabbixdr -s "$1.2.sig" <"$1.2"
            """;
        var said = (await new ExternalCommand("sh", "-c", Script, "sh", Plan, Signers).RunCheckedAsync()).Output;
        Assert.Contains("Good \"plan@zabbixdr\" signature for anna@example.org", said, StringComparison.Ordinal);
    }

    private ScriptRun Run(string topology, string script) => _fixture.Session.Run(
        $"param($t, $f) & {{ $PSDefaultParameterValues = @{{ '*:Topology' = $t }}; $snapshot = '{_snapshot}'; $plan = \"$f/plan.yaml\"; $anna = \"$f/anna\"; $maker = \"$f/maker\"; $stranger = \"$f/stranger\"; $nowhere = \"$f/nowhere\"; {script} }}",
        topology,
        _folder);

    private void ReplaceSnapshot() =>
        File.Move(Assert.Single(_fixture.Session.Run("param($d) Save-EtcdSnapshot -Destination $d", _folder).Require().As<EtcdSnapshot>()).Path, _snapshot, overwrite: true);

    private string Demanding(string required) => _fixture.TopologyWith("version: 1\n", $"version: 1\napproval: {{ allowedSigners: {Signers}, required: {required} }}\n");

    private static string ErrorOf(ScriptRun run) => run.SingleError.FullyQualifiedErrorId.Split(',')[0];

    private string Key(string name) => Path.Combine(_folder, name);

    private Task<string> PublicAsync(string name) => File.ReadAllTextAsync(Key(name) + ".pub");

    private async Task SwitchoverAsync(string from, string to)
    {
        await Lab.ExecCheckedAsync(from, "patronictl", "-c", "/etc/patroni/config.yml", "switchover", "--leader", from, "--candidate", to, "--force");
        await Lab.WaitHealthyAsync();
    }

    private async Task<string> MarkAsync() => (await EtcdctlAsync("get", "--print-value-only", "/zabbixdr-plan")).Trim();

    private async Task<string> EtcdctlAsync(params string[] arguments) => (await Lab.ExecCheckedAsync("etcd-1", ["etcdctl", .. arguments])).Output;
}
