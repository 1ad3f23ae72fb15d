namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// The <see cref="Lifeline"/> of a command that sudo runs and that must stand in its rules word by word. The login user may not signal
/// sudo, but the kernel may: sudo is given a terminal of its own, to hang up. Its output does not go through that terminal.
/// </summary>
/// <remarks>
/// With use_pty (sudo's default since 1.9.14, Debian's since 12) a program that traps SIGHUP and SIGTERM ends too: its sudo, told that
/// its terminal has gone, kills it two seconds later (measured with 1.9.16p2). Where script(1), of util-linux, is missing the command runs
/// without a lifeline and is bounded by itself alone.
/// </remarks>
internal static class TerminalLifeline
{
    /// <summary>What becomes a shell's first argument, a command line that begins with sudo, on a terminal of its own; its outputs are the descriptors 4 and 5.</summary>
    public const string OnTerminal = """exec script -qec "exec $1 </dev/null >&4 2>&5 4>&- 5>&-" /dev/null >/dev/null 2>&1""";

    private const string Script =
        $"""
        command -v script >/dev/null || exec sh -c "exec $1 </dev/null"
        exec 3<&0 4>&1 5>&2 </dev/null
        ((trap '' HUP INT TERM
        while read -r line; do :; done
        exec </dev/null
        [ -e /proc/$$ ] || exit
        kill -s TERM $$; sleep 5; kill -s KILL $$) <&3 >/dev/null 2>&1 3<&- 4>&- 5>&- &)
        export SHELL=/bin/sh
        {OnTerminal} 3<&-
        """;

    /// <summary>The vector that runs <paramref name="arguments"/>, which begin with sudo, for as long as its own standard input stays open.</summary>
    public static IReadOnlyList<string> Attach(IReadOnlyList<string> arguments) => ["sh", "-c", Script, "zabbixdr", ShellQuoting.Quote(arguments)];
}
