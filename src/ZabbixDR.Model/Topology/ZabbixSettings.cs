namespace ZabbixDR;

/// <summary>What concerns Zabbix as a service.</summary>
public sealed record ZabbixSettings
{
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
