namespace ZabbixDR.Engine.Nodes;

/// <summary>What can go wrong with a command once its node was reached.</summary>
internal static class NodeErrors
{
    private const int ProgramNotExecutable = 126;
    private const int ProgramNotFound = 127;

    /// <summary>The error for an end that the command does not accept.</summary>
    public static DrException From(string node, NodeCommand command, ProcessEnd end, string error)
    {
        var tail = error.Trim();
        return end switch
        {
            { ExitCode: null, Signal: null } => ConnectionLost(node, command, null),
            { ExitCode: 1 } when command.User is not null && SaysSudo(tail) =>
                tail.Contains("command not found", StringComparison.Ordinal) ? ProgramMissing(node, command, tail) : BecomeRefused(node, command, tail),
            { ExitCode: ProgramNotFound or ProgramNotExecutable } => ProgramMissing(node, command, tail),
            _ => CommandFailed(node, command, end, tail),
        };
    }

    public static DrException CommandTimedOut(string node, NodeCommand command, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        node,
        Running(command),
        $"it had not ended after {command.TimeLimit.TotalSeconds:0.#} s",
        "Look on the node for what it waits for: storage that hangs, a lock, a service that does not answer.",
        cause);

    public static DrException ConnectionLost(string node, NodeCommand command, Exception? cause) => DrException.Of(
        DrErrorKind.Unreachable,
        node,
        Running(command),
        $"the connection broke before its end was known{(cause is null ? "" : $" ({cause.Message})")}",
        "Check that the host is up; what the command had done by then is not known.",
        cause);

    /// <summary>True where the connection broke under a command, rather than could not be made.</summary>
    public static bool IsConnectionLost(DrException failure) => failure.Id == nameof(ConnectionLost);

    /// <summary>True where the command was under way, and its end is not known to us.</summary>
    public static bool IsCutOff(DrException failure) => failure.Id is nameof(ConnectionLost) or nameof(CommandTimedOut);

    public static DrException OutputTooLarge(string node, NodeCommand command, int limit) => DrException.Of(
        DrErrorKind.InvalidData,
        node,
        Running(command),
        $"it printed more than {limit / (1024 * 1024)} MiB",
        "Look at what it prints by hand.");

    public static DrException BecomeImpossible(string node, NodeCommand command, string user, string loginUser) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        Running(command),
        $"it must run as {user}, the login user is {loginUser}, and access.becomeMethod is none",
        "Set access.becomeMethod to sudo, or log in as that user.");

    private static DrException BecomeRefused(string node, NodeCommand command, string tail) => DrException.Of(
        DrErrorKind.Permission,
        node,
        Running(command),
        tail,
        $"Give the login user a sudo rule for this command as {command.User} (New-DrSudoRule prints them), or name its password as access.becomePassword in the topology file.");

    private static DrException ProgramMissing(string node, NodeCommand command, string tail) => DrException.Of(
        DrErrorKind.NotFound,
        node,
        Running(command),
        tail.Length > 0 ? tail : $"{command.Program} was not found",
        $"Install {command.Program} there, or correct its path.");

    private static DrException CommandFailed(string node, NodeCommand command, ProcessEnd end, string tail) => DrException.Of(
        DrErrorKind.Remote,
        node,
        Running(command),
        $"{((end.Signal ?? Signals.Behind(end.ExitCode)) is { } signal ? $"signal {signal} ended it" : $"exit code {end.ExitCode}")}{(tail.Length > 0 ? $": {LastLines(tail)}" : "")}",
        "The message is the program's own.");

    // After a wrong password sudo's own line comes last.
    private static bool SaysSudo(string tail) =>
        tail.StartsWith("sudo: ", StringComparison.Ordinal) || tail.Split('\n')[^1].StartsWith("sudo: ", StringComparison.Ordinal);

    private static string Running(NodeCommand command)
    {
        var text = command.Title ?? command.ToString();
        return $"Running {(text.Length <= 200 ? text : text[..200] + "…")}{(command.User is { } user ? $" as {user}" : "")}";
    }

    private static string LastLines(string text) => string.Join(Environment.NewLine, text.Split('\n').TakeLast(8));
}
