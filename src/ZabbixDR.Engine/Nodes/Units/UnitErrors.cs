namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>What can go wrong with long work on a node.</summary>
internal static class UnitErrors
{
    public static DrException UnitExists(string node, UnitReading there) => DrException.Of(
        DrErrorKind.Busy,
        node,
        $"Starting the unit {there.Name}",
        $"the node has one of that name already, which is {there.State}; nothing was started",
        "Follow that one, or forget it once it has ended and its result is of no more use.");

    public static DrException UnitNotStarted(string node, UnitRequest request, DrException cause) => DrException.Of(
        DrErrorKind.Remote,
        node,
        $"Starting the unit {request.Name}",
        cause.Message,
        $"Check that {request.Program} and the user {request.User} exist there, and look at the journal (journalctl -u {request.Name}).",
        cause);

    public static DrException UnitStillRuns(string node, UnitName name) => DrException.Of(
        DrErrorKind.Busy,
        node,
        $"Forgetting the unit {name}",
        "it still runs",
        "Wait for its end, or cancel it.");

    public static DrException UnitUnreadable(string node, UnitName name, string said) => DrException.Of(
        said.EndsWith("Permission denied", StringComparison.Ordinal) ? DrErrorKind.Permission : DrErrorKind.Remote,
        node,
        $"Reading what has become of the unit {name}",
        said,
        "Check that everybody may enter /var/lib/zabbixdr/units and the unit's folder there and read its marks (modes 755, 711 and 644), and that its storage is sound.");
}
