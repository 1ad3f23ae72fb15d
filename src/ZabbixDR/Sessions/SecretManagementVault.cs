using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Security;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Sessions;

/// <summary>
/// Reads <c>vault:NAME</c> with Get-Secret of Microsoft.PowerShell.SecretManagement. Each read has a runspace of its own: the user's
/// waits for the command that needs the secret, and workers ask at once. Vaults are registered for the user, and opened for the process
/// (SecretStore), so that what the user unlocked is open here too. A runspace without a host cannot ask for a vault's password: that is
/// an error, not a prompt that nobody sees.
/// </summary>
internal sealed class SecretManagementVault : ISecretVault
{
    private const string ModuleName = "Microsoft.PowerShell.SecretManagement";

    /// <inheritdoc/>
    public Secret Read(SecretReference reference, string purpose, CancellationToken cancellation)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        try
        {
            Invoke(runspace, new Command("Import-Module") { Parameters = { { "Name", ModuleName } } }, cancellation);
        }
        catch (RuntimeException error)
        {
            throw SecretVaultModuleMissing(reference, purpose, error);
        }

        try
        {
            return Invoke(runspace, new Command("Get-Secret") { Parameters = { { "Name", reference.Name } } }, cancellation) is [var only] && Text(only.BaseObject) is { Length: > 0 } value
                ? new Secret(value)
                : throw SecretVaultUnfit(reference, purpose);
        }
        catch (RuntimeException error)
        {
            throw SecretVaultRefused(reference, purpose, error);
        }
    }

    private static Collection<PSObject> Invoke(Runspace runspace, Command command, CancellationToken cancellation)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        shell.Commands.AddCommand(command);
        using var stop = cancellation.Register(shell.Stop);
        try
        {
            var output = shell.Invoke();
            return shell.Streams.Error is [var first, ..] ? throw new RuntimeException($"{first}", first.Exception, first) : output;
        }
        catch (PipelineStoppedException error)
        {
            throw new OperationCanceledException("Reading the vault was cancelled.", error, cancellation);
        }
    }

    // What Get-Secret gives without -AsPlainText; a table of values is no one secret.
    private static string? Text(object secret) => secret switch
    {
        SecureString protectedText => new NetworkCredential("", protectedText).Password,
        PSCredential credential => credential.GetNetworkCredential().Password,
        string text => text,
        _ => null,
    };

    private static DrException SecretVaultModuleMissing(SecretReference reference, string purpose, RuntimeException cause) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading {purpose} from {reference}",
        $"the module {ModuleName} cannot be imported: {cause.Message}",
        $"Install-Module {ModuleName}, Microsoft.PowerShell.SecretStore; Register-SecretVault SecretStore -ModuleName Microsoft.PowerShell.SecretStore -DefaultVault; or name another place for the secret in the topology file (env:NAME, file:PATH).",
        cause);

    // Without the cause's own objects: an error record of a vault may hold what it was asked with.
    private static DrException SecretVaultRefused(SecretReference reference, string purpose, RuntimeException cause) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading {purpose} from {reference}",
        $"Get-Secret says: {cause.Message}",
        $"Try Get-Secret {reference.Name} in this session: Get-SecretInfo lists the names, and a locked vault is opened with its own command (Unlock-SecretStore).");

    private static DrException SecretVaultUnfit(SecretReference reference, string purpose) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Reading {purpose} from {reference}",
        "Get-Secret gave no text that is not empty",
        $"Store it as one secret text: Set-Secret {reference.Name}.");
}
