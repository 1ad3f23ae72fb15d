namespace ZabbixDR.Help;

/// <summary>What help says of a parameter, in one parameter set or for all.</summary>
public sealed record ParameterHelp
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its type's name as a person types it, such as <c>String[]</c>.</summary>
    public required string Type { get; init; }

    /// <summary>True for a switch, which takes no value.</summary>
    public required bool IsSwitch { get; init; }

    /// <summary>True where it must be given.</summary>
    public required bool Mandatory { get; init; }

    /// <summary>Its position from 0; null where it must be named.</summary>
    public required int? Position { get; init; }

    /// <summary><c>False</c>, or how it takes its value from the pipeline.</summary>
    public required string PipelineInput { get; init; }

    /// <summary>True where wildcards are understood.</summary>
    public required bool Wildcards { get; init; }

    /// <summary>Its other names.</summary>
    public required IReadOnlyList<string> Aliases { get; init; }

    /// <summary>The values that it accepts, where they are few and fixed.</summary>
    public required IReadOnlyList<string> AcceptedValues { get; init; }

    /// <summary>What it is where it is not given; empty for nothing.</summary>
    public required string Default { get; init; }

    /// <summary>What it means.</summary>
    public required Prose Text { get; init; }

    /// <summary>Where the text is to be written, for the error where it is missing.</summary>
    public required string DeclaredAt { get; init; }
}
