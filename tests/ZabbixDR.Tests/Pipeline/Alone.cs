namespace ZabbixDR.Tests.Pipeline;

/// <summary>Tests that hold a time against a limit: they run when no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
