namespace ZabbixDR.Engine.Nodes;

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">Its exit code; null where a signal ended it or the connection broke before its end was known.</param>
/// <param name="Signal">The signal's name without SIG; null where none ended it.</param>
internal sealed record ProcessEnd(int? ExitCode, string? Signal);
