using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// A program and its arguments, to be run on a node. Never a string for a shell: quoting is done in one place.
/// It runs with <c>LC_ALL=C</c> and <c>TZ=UTC</c>, so that what it prints can be read.
/// </summary>
public abstract record NodeCommand
{
    private protected NodeCommand(string program, IReadOnlyList<string> arguments)
    {
        Program = program;
        Arguments = arguments;
    }

    /// <summary>The program: a path, or a name that is found on the node's PATH.</summary>
    public string Program { get; }

    /// <summary>Its arguments. They can be read by every user of the node: never a secret.</summary>
    public IReadOnlyList<string> Arguments { get; }

    /// <summary>The user to run as; null for the login user.</summary>
    public string? User { get; init; }

    /// <summary>
    /// The longest that it may run, from its start to its end; 30 s by default, for commands that look at something.
    /// What grows with the data (a backup, a copy) must set its own.
    /// </summary>
    public TimeSpan TimeLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What the program reads from its standard input, from where the stream stands to its end; null for nothing.</summary>
    public Stream? Input { get; init; }

    /// <summary>
    /// Variables of its environment that are secret: they are handed over through its standard input and so stand in no argument list.
    /// A value is one line. Not for a command that must stand in the sudo rules of those who only look.
    /// </summary>
    public IReadOnlyDictionary<string, Secret> Environment { get; init; } = new Dictionary<string, Secret>();

    /// <summary>What its channel carries: what streams goes over a connection of its own.</summary>
    internal ChannelUse Use { get; init; }

    /// <summary>Exit codes that are an answer and not a failure; 0 alone by default.</summary>
    public IReadOnlyList<int> AcceptedExitCodes { get; init; } = [0];

    /// <summary>What it is called in messages where its arguments are not for people to read, such as a script; null for the command itself.</summary>
    public string? Title { get; init; }

    /// <summary>The program and its arguments as a person would type them.</summary>
    public sealed override string ToString() => ShellQuoting.Quote([Program, .. Arguments]);
}
