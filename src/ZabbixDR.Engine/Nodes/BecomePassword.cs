using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Nodes;

/// <summary>The password that sudo asks the login user for, found when the first command needs it and kept for the session.</summary>
internal sealed class BecomePassword(SecretReference? reference, SecretReader secrets)
{
    private volatile Secret? _found;

    /// <summary>None: sudo's rules ask for no password.</summary>
    public static BecomePassword None { get; } = new(null, new SecretReader(null));

    /// <summary>The password; null where the topology names none.</summary>
    /// <exception cref="DrException">Those of <see cref="SecretReader"/>.</exception>
    public Secret? Read(CancellationToken cancellation) =>
        reference is null ? null : _found ??= secrets.Read(reference, "the password that sudo asks for", cancellation);
}
