namespace ZabbixDR.Engine.Configuration;

/// <summary>What a node has under a path that was asked for.</summary>
/// <param name="Asked">What was asked.</param>
/// <param name="Presence">Whether it is there.</param>
/// <param name="Target">Where the link leads, absolute, with all links resolved; null where it is no link.</param>
internal sealed record PathFinding(ConfigurationPath Asked, PathPresence Presence, string? Target);
