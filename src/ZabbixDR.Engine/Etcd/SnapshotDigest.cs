namespace ZabbixDR.Engine.Etcd;

/// <summary>The SHA-256 values of a snapshot, in hexadecimal.</summary>
/// <param name="Expected">What its last 32 bytes say that the database before them has.</param>
/// <param name="Actual">What the database has.</param>
/// <param name="WholeFile">What the file as a whole has, as sha256sum prints it.</param>
internal sealed record SnapshotDigest(string Expected, string Actual, string WholeFile)
{
    public bool IsSound => Expected == Actual;
}
