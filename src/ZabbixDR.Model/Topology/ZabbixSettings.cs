namespace ZabbixDR;

/// <summary>What concerns Zabbix as a service.</summary>
public sealed record ZabbixSettings
{
    /// <summary>The Zabbix server's systemd unit; null where the node's platform decides.</summary>
    public string? ServerUnit { get; init; }

    /// <summary>The Zabbix server's configuration file, absolute on the node; null where the node's platform decides.</summary>
    public string? ServerConfigFile { get; init; }

    /// <summary>The DNS domain.</summary>
    public string? Domain { get; init; }

    /// <summary>The frontend's DNS time to live.</summary>
    public TimeSpan? DnsTtl { get; init; }

    /// <summary>The frontend's certificate.</summary>
    public string? TlsCertificate { get; init; }

    /// <summary>The frontend's key.</summary>
    public string? TlsKey { get; init; }

    /// <summary>The frontend's certificate authority.</summary>
    public string? TlsCa { get; init; }
}
