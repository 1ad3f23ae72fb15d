using System.Globalization;

namespace ZabbixDR.Lab.Tests;

/// <summary>
/// vault: with a stand-in for Microsoft.PowerShell.SecretManagement, which the machines of these tests cannot get: what is shown is how
/// Get-Secret is called and what is made of its answers, by a login into the real etcd.
/// </summary>
[Collection(LabTestGroup.Name)]
public sealed class VaultTests : IDisposable
{
    private const string ModulePath = "PSModulePath";
    private readonly LabFixture _fixture;
    private readonly string? _modulePath = Environment.GetEnvironmentVariable(ModulePath);
    private readonly DirectoryInfo _modules = Directory.CreateTempSubdirectory("zdr-vault-");

    public VaultTests(LabFixture fixture)
    {
        _fixture = fixture;
        Environment.SetEnvironmentVariable(ModulePath, _modules.FullName);
    }

    public void Dispose()
    {
        Environment.SetEnvironmentVariable(ModulePath, _modulePath);
        _modules.Delete(recursive: true);
    }

    [Theory]
    [InlineData("[System.Net.NetworkCredential]::new('', $text).SecurePassword")]
    [InlineData("[pscredential]::new('root', [System.Net.NetworkCredential]::new('', $text).SecurePassword)")]
    [InlineData("$text")]
    public void What_a_vault_gives_logs_in(string answer)
    {
        StandIn($"$text = [IO.File]::ReadAllText('{_fixture.Lab.OperatorFolder}/etcd-root-password').Trim(); if ($Name -ne 'etcd-root') {{ throw \"not $Name\" }}; {answer}");

        var run = _fixture.Session.Run("param($t) Test-EtcdEndpoint -Topology $t", Topology()).Require();

        Assert.All(run.As<EtcdEndpoint>(), endpoint => Assert.Equal((EtcdEndpointState.Healthy, null), (endpoint.State, endpoint.Reason)));
        Assert.Equal(3, run.Output.Count);
    }

    [Theory]
    [InlineData(null, "SecretVaultModuleMissing", "Install-Module Microsoft.PowerShell.SecretManagement")]
    [InlineData("throw 'A valid password is required to access the Microsoft.PowerShell.SecretStore vault.'", "SecretVaultRefused", "Get-Secret says: A valid password is required")]
    [InlineData("$PSCmdlet.WriteError([Management.Automation.ErrorRecord]::new([Exception]::new(\"The secret $Name was not found.\"), 'x', 'ObjectNotFound', $Name))", "SecretVaultRefused", "Get-Secret says: The secret etcd-root was not found")]
    [InlineData("@{ a = 1 }", "SecretVaultUnfit", "no text")]
    [InlineData("", "SecretVaultUnfit", "no text")]
    public void What_is_wrong_with_a_vault_is_told_with_the_way_out(string? body, string id, string text)
    {
        if (body is not null)
        {
            StandIn(body);
        }

        var error = _fixture.Session.Run("param($t) Save-EtcdSnapshot etcd-1 -Topology $t", Topology()).SingleError;

        Assert.Equal(id, error.FullyQualifiedErrorId.Split(',')[0]);
        Assert.StartsWith("Reading etcd's password from vault:etcd-root failed: ", error.Exception.Message, StringComparison.Ordinal);
        Assert.Contains(text, error.Exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ErrorActionPreference", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Path.Combine(_fixture.Lab.OperatorFolder, "etcd-snapshots"), "*.part"));
    }

    [Fact]
    public void A_vault_that_hangs_is_left_by_Ctrl_C()
    {
        var asked = Path.Combine(_modules.FullName, "asked");
        StandIn($"[IO.File]::WriteAllText('{asked}', ''); [Threading.Thread]::Sleep(100); while ($true) {{ [Threading.Thread]::Sleep(20) }}");
        var signal = Task.Run(async () =>
        {
            while (!File.Exists(asked))
            {
                await Task.Delay(20);
            }
        });

        var (_, stopping) = _fixture.Session.RunAndStop(signal, "param($t) Test-EtcdEndpoint etcd-1 -Topology $t", Topology());

        Assert.True(stopping < TimeSpan.FromSeconds(2), string.Create(CultureInfo.InvariantCulture, $"took {stopping}"));
    }

    private string Topology() => _fixture.TopologyWith("file:etcd-root-password", "vault:etcd-root");

    private void StandIn(string body)
    {
        var folder = _modules.CreateSubdirectory("Microsoft.PowerShell.SecretManagement").FullName;
        File.WriteAllText(
            Path.Combine(folder, "Microsoft.PowerShell.SecretManagement.psm1"),
            $"function Get-Secret {{ [CmdletBinding()] param([Parameter(Mandatory)][string]$Name, [string]$Vault, [switch]$AsPlainText) {body} }}\n");
    }
}
