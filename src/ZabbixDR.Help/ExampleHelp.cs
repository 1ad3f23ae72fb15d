namespace ZabbixDR.Help;

/// <summary>An example.</summary>
/// <param name="Code">What is typed.</param>
/// <param name="Text">What it does.</param>
public sealed record ExampleHelp(string Code, Prose Text);
