namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A snapshot file that was checked.</summary>
/// <param name="Path">The file on this machine.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Sha256">The SHA-256 of the whole file, in lower case.</param>
/// <param name="HasChecksum">Whether it ends with the checksum that the tool compares; false only where that was accepted.</param>
internal sealed record SnapshotToRestore(string Path, long Size, string Sha256, bool HasChecksum);
