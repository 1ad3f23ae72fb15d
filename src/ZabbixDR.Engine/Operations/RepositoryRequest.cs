namespace ZabbixDR.Engine.Operations;

/// <summary>How repositories shall be judged.</summary>
/// <param name="Repository">One repository's number; null for all.</param>
/// <param name="Full">Whether every file is read and compared with its checksum.</param>
/// <param name="ArchiveDelay">The longest that finished WAL may wait for being archived.</param>
/// <param name="TimeLimit">The longest that reading one repository may take. It grows with its size.</param>
public sealed record RepositoryRequest(int? Repository, bool Full, TimeSpan ArchiveDelay, TimeSpan TimeLimit);
