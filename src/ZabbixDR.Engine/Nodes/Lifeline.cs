namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// Ends a command on the node when we no longer hold its standard input open: on cancelling, on a cut connection, or when this
/// process dies. Needed because sshd sends its signals with the login user's rights, which a program run by sudo ignores,
/// and because a program that prints nothing never notices that its channel has gone.
/// </summary>
internal static class Lifeline
{
    // The shell becomes the command, so that no process waits beside it and its end is the channel's. The watcher is init's child, not
    // the command's, and waits with the shell's own `read`, which costs no process. sshd ends the input also once the command has ended
    // and was reaped (session.c, session_exit_message): nothing is to be done then, and what it left behind on purpose stays. Else the
    // watcher asks the command's process group to stop, since a shell's TERM does not reach its children, and insists 5 s later. It holds
    // nothing of ours open but the input, so that the channel closes with the command.
    // A command that leads its group already (sshd and sudo's use_pty see to it) shares it with the watcher, who is the last to be killed;
    // else setsid, of util-linux, gives it one, and forks nothing. A group's number is not another's for as long as it has a member.
    // `kill -s`: dash reads the -- of `kill -TERM --` as a number.
    private const string Script =
        """
        export LC_ALL=C TZ=UTC
        command -v "$1" >/dev/null || { echo "$1: not found" >&2; exit 127; }
        exec 3<&0 </dev/null
        ((trap '' HUP INT TERM
        while read -r line; do :; done
        exec </dev/null
        [ -e /proc/$$ ] || exit
        kill -s TERM -- -$$ || kill -s TERM $$
        for second in 1 2 3 4 5; do sleep 1; kill -s 0 -- -$$ || exit; done
        kill -s KILL -- -$$) <&3 >/dev/null 2>&1 &)
        exec 3<&-
        read -r pid name state parent group rest </proc/$$/stat
        [ "$group" = $$ ] || exec setsid "$@"
        exec "$@"
        """;

    /// <summary>The vector that runs <paramref name="arguments"/>, with <c>LC_ALL=C</c> and <c>TZ=UTC</c>, for as long as its own standard input stays open.</summary>
    public static IReadOnlyList<string> Attach(IReadOnlyList<string> arguments) => ["sh", "-c", Script, "zabbixdr", .. arguments];
}
