using System.Globalization;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// A node in the hands of a run: each command that changes something is run only while the node's fencing number is the run's own, and holds
/// the node's lock shared as long as it runs, so that who takes the lock over waits for its end.
/// </summary>
internal sealed class FencedNode : GuardedNode
{
    // The folder and the file are open to all, since the command may run as any user. flock(1) is of util-linux.
    private const string Script =
        """
        fence=$1; shift
        exec 9<"$0/fence" || exit 75
        flock -s 9
        read -r now <&9 && [ "$now" = "$fence" ] || { echo "the fencing number is ${now:-gone}, and this run's is $fence" >&2; exit 75; }
        exec "$@"
        """;

    public FencedNode(IChangingNode node, long fence)
        : base(node, Script, fence.ToString(CultureInfo.InvariantCulture))
    {
    }

    protected override CommandResult Judge(ChangingCommand command, CommandResult result) =>
        result.ExitCode == Refused && !command.AcceptedExitCodes.Contains(Refused) ? throw RunFencedOut(command, result.Error.Trim()) : result;

    private DrException RunFencedOut(ChangingCommand command, string said) => DrException.Of(
        DrErrorKind.Busy,
        Definition.Name,
        $"Running {command.Title ?? command.ToString()}",
        $"{said}; the command did not run",
        "Another run has taken this node over, or the lock was removed: look at Get-DrLock and Get-DrRun.");
}
