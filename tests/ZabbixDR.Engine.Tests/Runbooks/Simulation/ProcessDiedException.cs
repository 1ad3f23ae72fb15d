namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>The management process is dead: nothing of it runs any more.</summary>
internal sealed class ProcessDiedException : Exception;
