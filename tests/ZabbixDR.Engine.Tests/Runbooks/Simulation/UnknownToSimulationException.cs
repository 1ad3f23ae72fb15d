namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>Something was sent that the simulation does not know: it is not accepted, but simulated, or the test fails.</summary>
internal sealed class UnknownToSimulationException(string what) : Exception($"The simulation does not know {what}: see what it does on the lab, and simulate that.");
