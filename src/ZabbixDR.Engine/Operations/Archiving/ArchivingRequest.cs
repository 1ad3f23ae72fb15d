namespace ZabbixDR.Engine.Operations.Archiving;

/// <summary>How archiving is to be turned on.</summary>
/// <param name="Restart">Whether PostgreSQL is restarted where a setting waits for it.</param>
/// <param name="Switchover">Whether the leader hands the lead over first, so that it is restarted as a replica.</param>
/// <param name="ArchiveTimeout">After how long a segment that is not full is archived; null for what is set, or 60 s where nothing is.</param>
/// <param name="TimeLimit">The longest wait for one restart or switchover. It grows with what a checkpoint has to write.</param>
public sealed record ArchivingRequest(bool Restart, bool Switchover, TimeSpan? ArchiveTimeout, TimeSpan TimeLimit);
