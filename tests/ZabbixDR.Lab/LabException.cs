namespace ZabbixDR.Lab;

/// <summary>The lab could not do what was asked; the message says what was tried and what came back.</summary>
public sealed class LabException(string message, Exception? inner = null) : Exception(message, inner);
