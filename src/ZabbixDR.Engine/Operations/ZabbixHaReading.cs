namespace ZabbixDR.Engine.Operations;

/// <summary>Zabbix's HA nodes, and whether they can be taken at their word.</summary>
/// <param name="Nodes">The nodes, by name.</param>
/// <param name="Caveat">Why they may be out of date: there was no primary to read them from; null where they are not.</param>
public sealed record ZabbixHaReading(IReadOnlyList<ZabbixHaNode> Nodes, string? Caveat);
