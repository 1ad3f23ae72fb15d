namespace ZabbixDR.Engine.Nodes;

/// <summary>A command as a node is given it.</summary>
/// <param name="Vector">The program and its arguments, with all that stands around them.</param>
/// <param name="Opening">What goes into its standard input before anything else.</param>
internal sealed record Invocation(IReadOnlyList<string> Vector, ReadOnlyMemory<byte> Opening)
{
    /// <summary>The command with nothing around it but sudo, where it only looks and needs no input: a shell that stands on the node may run it. Else null.</summary>
    public IReadOnlyList<string>? Bare { get; private init; }

    /// <summary>Whether <see cref="Bare"/> begins with sudo.</summary>
    public bool IsAnothers { get; private init; }

    private static readonly string[] Fixed = ["env", "LC_ALL=C", "TZ=UTC"];

    /// <summary>Puts a command into the form in which it is sent.</summary>
    /// <param name="command">The command.</param>
    /// <param name="become">How it becomes another user's; null where the login user runs it.</param>
    /// <param name="isConversation">Whether its standard input is the caller's.</param>
    public static Invocation Of(NodeCommand command, Become? become, bool isConversation)
    {
        IReadOnlyList<string> program = [command.Program, .. command.Arguments];
        var mayBeHeld = command.Input is null && !isConversation;
        if (become?.Password is not null || command.Environment.Count > 0)
        {
            var prelude = new Prelude(become?.Password, command.Environment);
            return new Invocation([.. Fixed, .. become?.Vector ?? [], .. prelude.Attach(mayBeHeld ? Lifeline.Attach(program) : program)], prelude.Opening);
        }

        IReadOnlyList<string> vector = (mayBeHeld, become, command) switch
        {
            (false, _, _) => [.. become?.Vector ?? [], .. program],

            // The sudo rules of those that only look name the exact command, and nothing that could stand around it.
            (true, not null, ObservingCommand) => TerminalLifeline.Attach([.. become.Vector, .. program]),
            _ => [.. become?.Vector ?? [], .. Lifeline.Attach(program)],
        };

        // The lifeline sees to the variables itself: one program less to start, where sudo need not see them.
        return new Invocation(mayBeHeld && become is null ? vector : [.. Fixed, .. vector], default)
        {
            Bare = mayBeHeld && command is ObservingCommand ? [.. become?.Vector ?? [], .. program] : null,
            IsAnothers = become is not null,
        };
    }
}
