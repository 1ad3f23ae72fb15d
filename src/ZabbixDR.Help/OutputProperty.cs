namespace ZabbixDR.Help;

/// <summary>A property of an output type.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type's name.</param>
/// <param name="Text">What it means.</param>
public sealed record OutputProperty(string Name, string Type, Prose Text);
