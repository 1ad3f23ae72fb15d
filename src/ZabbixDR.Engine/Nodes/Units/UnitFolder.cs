namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>The folder on the node that keeps what is known of a unit. It outlives unit, manager and node. Everybody may read the marks; the rest is root's alone.</summary>
internal sealed class UnitFolder(UnitName name)
{
    private const string Root = "/var/lib/zabbixdr/units";

    public string Path => $"{Root}/{name}";

    /// <summary>Standard output and error of the program, as they came.</summary>
    public string Output => $"{Path}/output";

    /// <summary>The script that the unit itself writes its marks with.</summary>
    public string Recorder => $"{Path}/recorder";

    /// <summary>The marks, each one line that begins with its file's name, in the order in which they come into being.</summary>
    public IReadOnlyList<string> Marks => [$"{Path}/start", $"{Path}/begun", $"{Path}/stopped", $"{Path}/result"];
}
