namespace ZabbixDR;

/// <summary>etcd on the nodes with role etcd.</summary>
public sealed record EtcdSettings
{
    /// <summary>The client port.</summary>
    public int ClientPort { get; init; } = 2379;

    /// <summary>etcd's systemd unit; null where the node's platform decides.</summary>
    public string? Unit { get; init; }

    /// <summary>The data directory, absolute on the node; null where the node's platform decides.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The way to the members.</summary>
    public AccessRoute Via { get; init; }

    /// <summary>The certificate authority's file; without it the members are spoken to without TLS.</summary>
    public string? CaFile { get; init; }

    /// <summary>The client certificate.</summary>
    public string? CertFile { get; init; }

    /// <summary>The client certificate's key.</summary>
    public string? KeyFile { get; init; }

    /// <summary>The etcd user; null where authentication is off or the certificate's CN is the user.</summary>
    public string? User { get; init; }

    /// <summary>Where that user's password is found.</summary>
    public SecretReference? Password { get; init; }

    /// <summary>The folder on the management host that snapshots are kept in.</summary>
    public string? SnapshotDirectory { get; init; }

    /// <summary>The nodes that each snapshot is copied to: a snapshot that stays on one machine is lost with it.</summary>
    public IReadOnlyList<string> SnapshotCopies { get; init; } = [];

    /// <summary>The directory of those nodes that the copies are kept in, absolute.</summary>
    public string SnapshotNodeDirectory { get; init; } = "/var/lib/etcd/backup";

    /// <summary>How many days a snapshot is kept.</summary>
    public int SnapshotKeepDays { get; init; } = 7;
}
