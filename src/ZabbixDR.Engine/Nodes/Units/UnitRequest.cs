namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>Long work to be started on a node. It runs with <c>LC_ALL=C</c> and <c>TZ=UTC</c>, as every command does.</summary>
public sealed record UnitRequest
{
    /// <summary>Makes the request.</summary>
    /// <param name="name">What it is called; no other work of that name may be known on the node.</param>
    /// <param name="program">The program: an absolute path, or a name that is found on the node's PATH.</param>
    /// <param name="arguments">Its arguments. Every user of the node can read them: never a secret.</param>
    public UnitRequest(UnitName name, string program, params string[] arguments)
    {
        Name = name;
        Program = program;
        Arguments = arguments;
    }

    /// <summary>What it is called.</summary>
    public UnitName Name { get; }

    /// <summary>The program.</summary>
    public string Program { get; }

    /// <summary>Its arguments.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The user that it runs as.</summary>
    public string User { get; init; } = "root";

    /// <summary>The longest that it may run, after which systemd ends it as if it were cancelled; null for as long as it takes.</summary>
    public TimeSpan? TimeLimit { get; init; }

    /// <summary>
    /// How long it has between TERM and KILL when it is ended; 10 s by default. It scales with what the program does on TERM:
    /// a PostgreSQL that is to shut down cleanly needs minutes.
    /// </summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A line for a shell, run as root by systemd when the work has ended, however it did, and before its result is known; nothing by default. It has
    /// <see cref="StopGrace"/> too.
    /// </summary>
    public string Afterwards { get; init; } = "";
}
