namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// Ends a command on the node when we no longer hold its standard input open: on cancelling, on a cut connection, or when this
/// process dies. Needed because sshd sends its signals with the login user's rights, which a program run by sudo ignores,
/// and because a program that prints nothing never notices that its channel has gone.
/// </summary>
internal static class Lifeline
{
    // A subshell waits for the end of the input, asks the child to stop, and 5 s later insists. It holds none of our output
    // open, so that the channel closes as soon as the child has ended. The child leads a process group of its own (setsid, of
    // util-linux, forks nothing here), since its own children must end with it: a shell's TERM does not reach them, and one of them
    // may outlive it. Once it has begun, the subshell is not to be stopped: it goes on for as long as the group has a member, whose
    // number cannot be another's until then. `kill -s`: dash reads the -- of `kill -TERM --` as a number. `read` is the shell's own: no process is left behind.
    private const string Script =
        """
        exec 3<&0
        setsid "$@" </dev/null 3<&- & child=$!
        (while read -r line; do :; done; trap '' TERM
        kill -s TERM -- -$child || kill -TERM $child
        for second in 1 2 3 4 5; do sleep 1; kill -s 0 -- -$child || exit; done
        kill -s KILL -- -$child) <&3 >/dev/null 2>&1 & watcher=$!
        exec 3<&-
        wait $child; code=$?
        kill $watcher 2>/dev/null
        exit $code
        """;

    /// <summary>The vector that runs <paramref name="arguments"/> for as long as its own standard input stays open.</summary>
    public static IReadOnlyList<string> Attach(IReadOnlyList<string> arguments) => ["sh", "-c", Script, "zabbixdr", .. arguments];
}
