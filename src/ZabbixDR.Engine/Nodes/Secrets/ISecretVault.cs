namespace ZabbixDR.Engine.Nodes.Secrets;

/// <summary>Reads secrets out of the vaults of the shell that the engine works for. Called from any thread, several at once.</summary>
public interface ISecretVault
{
    /// <summary>Reads one.</summary>
    /// <param name="reference">The secret's name.</param>
    /// <param name="purpose">What it is for, for the error.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">It cannot be had; the message says why.</exception>
    Secret Read(SecretReference reference, string purpose, CancellationToken cancellation);
}
