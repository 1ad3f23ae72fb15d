namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// Stands for a yes: ShouldProcess answered so, or a confirmed plan runs. Without one, no <see cref="IChangingNode"/> is handed out.
/// Only the base cmdlet and the runbooks' executor make one; a test holds that.
/// </summary>
public sealed class ChangePermit
{
    private ChangePermit(string reason) => Reason = reason;

    /// <summary>What the yes was said to, as the question put it.</summary>
    public string Reason { get; }

    /// <summary>Makes the permit, after the yes.</summary>
    /// <param name="reason">What the yes was said to.</param>
    public static ChangePermit AfterConsent(string reason) => new(reason);
}
