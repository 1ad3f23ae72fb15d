namespace ZabbixDR;

/// <summary>One step of a plan.</summary>
public sealed record DrPlanStep
{
    /// <summary>Its name, unique in the plan: letters, digits and dashes.</summary>
    public required string Id { get; init; }

    /// <summary>The sort of work, by which the runbook knows what to do.</summary>
    public required string Kind { get; init; }

    /// <summary>The node that it works on; null where it works on a service of several.</summary>
    public string? Node { get; init; }

    /// <summary>What is done, in words.</summary>
    public required string What { get; init; }

    /// <summary>Why it is done, and why here.</summary>
    public required string Why { get; init; }

    /// <summary>What is run on the node, word by word; for a step that speaks to a service, the request.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>Whether it takes something away that is in use: service, or the place of data. Never repeated without a look first.</summary>
    public bool Destructive { get; init; }

    /// <summary>Whether doing it again after a failure can do no harm.</summary>
    public bool Idempotent { get; init; }

    /// <summary>How it is proven that it is done: looked at before, to leave out what is done already, and after.</summary>
    public required string Proof { get; init; }

    /// <summary>How it is taken back, or why nothing need be.</summary>
    public required string Undo { get; init; }

    /// <summary>The longest that it may take.</summary>
    public required TimeSpan TimeLimit { get; init; }

    /// <summary>
    /// The median of what steps of this kind took in earlier runs that succeeded and whose journals this machine's user has; null where there
    /// are none. It is not scaled: the same step on more data takes longer.
    /// </summary>
    public TimeSpan? Expected { get; init; }

    /// <summary>What the work needs to know, by name; never a secret.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();
}
