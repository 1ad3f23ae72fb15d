namespace ZabbixDR.Help;

/// <summary>All that help says of a cmdlet.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Synopsis">One sentence: the class's summary.</param>
/// <param name="Description">The class's remarks.</param>
/// <param name="Syntax">Its parameter sets, the default first.</param>
/// <param name="Parameters">Every parameter once, by name.</param>
/// <param name="Outputs">What it writes.</param>
/// <param name="Examples">Its examples.</param>
/// <param name="Related">The cmdlets that its documentation refers to by seealso.</param>
public sealed record CmdletHelp(
    string Name,
    Prose Synopsis,
    Prose Description,
    IReadOnlyList<IReadOnlyList<ParameterHelp>> Syntax,
    IReadOnlyList<ParameterHelp> Parameters,
    IReadOnlyList<OutputHelp> Outputs,
    IReadOnlyList<ExampleHelp> Examples,
    IReadOnlyList<string> Related);
