namespace ZabbixDR.Help;

/// <summary>A type that a cmdlet writes.</summary>
/// <param name="Type">Its full name.</param>
/// <param name="Text">What it is.</param>
/// <param name="Properties">Its properties.</param>
public sealed record OutputHelp(string Type, Prose Text, IReadOnlyList<OutputProperty> Properties);
