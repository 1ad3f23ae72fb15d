namespace ZabbixDR;

/// <summary>A place that can be lost as a whole.</summary>
/// <param name="Name">Its name, as nodes refer to it.</param>
/// <param name="Frontend">The address of the Zabbix frontend at this site, a virtual address included; null where there is none.</param>
public sealed record DrSite(string Name, Uri? Frontend);
