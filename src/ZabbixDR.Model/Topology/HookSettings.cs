namespace ZabbixDR;

/// <summary>Commands of the operator's own that runbooks call, given the site and the run.</summary>
public sealed record HookSettings
{
    /// <summary>Cuts a site off so that nothing there can write any more.</summary>
    public string? Fence { get; init; }

    /// <summary>Leads users to another site's frontend.</summary>
    public string? DnsUpdate { get; init; }

    /// <summary>Tells people.</summary>
    public string? Notify { get; init; }
}
