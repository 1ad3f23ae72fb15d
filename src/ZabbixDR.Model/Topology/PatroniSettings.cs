namespace ZabbixDR;

/// <summary>Patroni on the nodes with role postgres.</summary>
public sealed record PatroniSettings
{
    /// <summary>The cluster's name in the DCS.</summary>
    public required string Scope { get; init; }

    /// <summary>The DCS prefix before the scope.</summary>
    public string Namespace { get; init; } = "/service";

    /// <summary>Patroni's configuration file on the node.</summary>
    public string ConfigFile { get; init; } = "/etc/patroni/patroni.yml";

    /// <summary>The port of the REST interface.</summary>
    public int RestPort { get; init; } = 8008;

    /// <summary>The way to the REST interface.</summary>
    public AccessRoute RestVia { get; init; } = AccessRoute.Ssh;
}
