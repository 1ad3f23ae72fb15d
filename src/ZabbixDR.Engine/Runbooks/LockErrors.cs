using System.Globalization;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>What keeps a run from the deployment's lock, or takes it from it.</summary>
internal static class LockErrors
{
    private const string Tried = "Taking the deployment's lock";

    public static DrException LockHeld(DrLock held) => DrException.Of(
        DrErrorKind.Busy,
        held.Node,
        Tried,
        $"run {held.Run} holds it{(held.IsLease ? " as etcd's lease" : "")}, taken by {held.Owner} at {held.Since:yyyy-MM-dd HH:mm:ss} UTC{Rest(held)}",
        $"Wait for its end, or see how it stands with Get-DrRun {held.Run}; where it broke off, Resume-DrRun goes on. Remove-DrLock gives it up.");

    public static DrException LockLost(DrLock held) => DrException.Of(
        DrErrorKind.Busy,
        held.Node,
        "Looking whether the deployment's lock is still this run's",
        $"run {held.Run} of {held.Owner} holds etcd's lease since {held.Since:yyyy-MM-dd HH:mm:ss} UTC, with the fencing number {held.FencingNumber}",
        $"Two runs work on the deployment, on nodes of their own. Speak with {held.Owner}; go on with this one once that one has ended.");

    public static DrException LeaseTaken(string member) => DrException.Of(
        DrErrorKind.Busy,
        member,
        Tried,
        "another took etcd's lease at this moment",
        "Try again.");

    private static string Rest(DrLock held) =>
        held.ExpiresIn is { } left ? string.Create(CultureInfo.InvariantCulture, $"; the lease is over in {left.TotalSeconds:0} s unless the run renews it") : "";
}
