namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>Removes a unit's folder: what it printed, and how it ended.</summary>
internal static class UnitForget
{
    // Renamed first: a folder that is half removed must not be read as another state of the unit.
    private const string Script =
        """
        set -eu
        folder=$1 gone="${1%/*}/.gone.$$.${1##*/}"
        [ -e "$folder" ] || exit 0
        mv -T -- "$folder" "$gone"
        rm -rf -- "$gone"
        sync -- "${folder%/*}"
        """;

    public static ChangingCommand Command(UnitName name) =>
        new("sh", "-c", Script, "zabbixdr", new UnitFolder(name).Path) { User = "root", Title = $"the removal of what the unit {name} left" };
}
