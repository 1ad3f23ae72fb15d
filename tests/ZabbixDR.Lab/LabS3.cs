namespace ZabbixDR.Lab;

/// <summary>How the lab's object store is reached. Its keys are s3rver's own, the same everywhere: there is nothing in it to protect.</summary>
public static class LabS3
{
    /// <summary>Its name, which its certificate bears and every host knows.</summary>
    public const string Host = "s3.lab";

    /// <summary>Its address, on the router and of neither site.</summary>
    public const string Address = "10.77.9.1";

    /// <summary>Its port, over TLS.</summary>
    public const int Port = 9000;

    /// <summary>The bucket that it has; it is asked for by path.</summary>
    public const string Bucket = "zabbixdr";

    /// <summary>A region; s3rver takes any.</summary>
    public const string Region = "lab-1";

    /// <summary>The access key's id.</summary>
    public const string Key = "S3RVER";

    /// <summary>The access key's secret.</summary>
    public const string KeySecret = "S3RVER";

    /// <summary>On each host, the certificate of the authority that vouches for it.</summary>
    public const string CaFile = "/usr/local/share/ca-certificates/zabbixdr-lab.crt";
}
