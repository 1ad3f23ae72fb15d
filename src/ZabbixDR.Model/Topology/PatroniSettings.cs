namespace ZabbixDR;

/// <summary>Patroni on the nodes with role postgres.</summary>
public sealed record PatroniSettings
{
    /// <summary>The cluster's name in the DCS.</summary>
    public required string Scope { get; init; }

    /// <summary>The DCS prefix before the scope.</summary>
    public string Namespace { get; init; } = "/service";

    /// <summary>Patroni's configuration file on the node; null where the node's platform decides.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Patroni's systemd unit; null where the node's platform decides.</summary>
    public string? Unit { get; init; }

    /// <summary>The port of the REST interface.</summary>
    public int RestPort { get; init; } = 8008;

    /// <summary>The way to the REST interface.</summary>
    public AccessRoute RestVia { get; init; } = AccessRoute.Ssh;

    /// <summary>The certificate authority of the REST interface's certificate, an absolute path; null where it speaks no TLS.</summary>
    public string? RestCaFile { get; init; }

    /// <summary>The client certificate for the REST interface.</summary>
    public string? RestCertFile { get; init; }

    /// <summary>The client certificate's key.</summary>
    public string? RestKeyFile { get; init; }

    /// <summary>The user of the REST interface's basic authentication; null where it has none.</summary>
    public string? RestUser { get; init; }

    /// <summary>Where that user's password is found.</summary>
    public SecretReference? RestPassword { get; init; }
}
