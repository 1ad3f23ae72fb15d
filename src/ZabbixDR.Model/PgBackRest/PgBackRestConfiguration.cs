namespace ZabbixDR;

/// <summary>pgBackRest's configuration on a node, after it was installed.</summary>
public sealed record PgBackRestConfiguration
{
    /// <summary>The node.</summary>
    public required string Node { get; init; }

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Whether it was written; false where it was right already.</summary>
    public required bool Changed { get; init; }

    /// <summary>What the lines were that went (-) and came (+), without secrets.</summary>
    public IReadOnlyList<string> Difference { get; init; } = [];

    /// <summary>Where the old file is kept; null where there was none, or nothing was written.</summary>
    public string? KeptAs { get; init; }

    /// <summary>The repositories that it opens and that hold the stanza.</summary>
    public IReadOnlyList<int> Opened { get; init; } = [];

    /// <summary>The repositories that hold no such stanza yet.</summary>
    public IReadOnlyList<int> Empty { get; init; } = [];
}
