using System.Globalization;
using System.Text.Json;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Locks;

/// <summary>
/// A node in the hands of work that may go on beside other work, but not beside a run of a runbook, such as a backup: each command that
/// changes something holds the node's lock shared as long as it runs, and does not begin where a run holds it. A run that wants the node
/// meanwhile is refused there.
/// </summary>
/// <remarks>The lock is flock(2) on a file of the node, so that it ends with the command, whatever becomes of the management host.</remarks>
internal sealed class SharedNode : GuardedNode
{
    // A command may end with the refusal's code too, hence the word before it.
    private const string RefusedWord = "zabbixdr-held-by ";

    private const string Script =
        """
        exec 9<"$0/fence" || exit 75
        flock -s 9
        if [ -s "$0/lock" ]; then printf 'zabbixdr-held-by ' >&2; cat "$0/lock" >&2; exit 75; fi
        exec "$@"
        """;

    private SharedNode(IChangingNode node)
        : base(node, Script)
    {
    }

    /// <summary>Takes a node into such hands: the file that is locked is made there, where no run ever made it.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public static async Task<SharedNode> OfAsync(IChangingNode node, CancellationToken cancellation)
    {
        await node.RunAsync(new ChangingCommand("sh", "-c", "umask 022; mkdir -p \"$0\" && : >>\"$0/fence\"", Folder) { User = "root", Title = "the making of the lock's file" }, cancellation).ConfigureAwait(false);
        return new SharedNode(node);
    }

    /// <summary>Refuses where a run holds a node now, before anybody is asked; a command is refused there all the same.</summary>
    /// <param name="node">The node.</param>
    /// <param name="title">What shall be done.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>RunHoldsNode</c>, and those of <see cref="NodeFiles"/>.</exception>
    public static async Task DemandFreeAsync(INode node, string title, CancellationToken cancellation)
    {
        var owner = await NodeFiles.ReadTextAsync(node, $"{Folder}/lock", cancellation, user: null).ConfigureAwait(false);
        if (!string.IsNullOrWhiteSpace(owner))
        {
            throw RunHoldsNode(node, title, owner);
        }
    }

    /// <exception cref="DrException"><c>RunHoldsNode</c>.</exception>
    protected override CommandResult Judge(ChangingCommand command, CommandResult result)
    {
        var at = result.Error.IndexOf(RefusedWord, StringComparison.Ordinal);
        return result.ExitCode == Refused && (at >= 0 || !command.AcceptedExitCodes.Contains(Refused))
            ? throw RunHoldsNode(this, $"Running {command.Title ?? command.ToString()}", at < 0 ? result.Error.Trim() : result.Error[(at + RefusedWord.Length)..].Trim())
            : result;
    }

    private static DrException RunHoldsNode(INode node, string title, string owner) => DrException.Of(
        DrErrorKind.Busy,
        node.Name,
        title,
        $"a run of a runbook holds the deployment's lock ({Describe(owner.Trim())}); nothing was done",
        "Wait for the run's end: Get-DrRun shows how it stands, and Resume-DrRun goes on with one that broke off. Remove-DrLock gives it up.");

    private static string Describe(string owner)
    {
        try
        {
            var (run, by, since) = LockOwner.Parse(owner);
            return string.Create(CultureInfo.InvariantCulture, $"{run}, of {by}, since {since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z");
        }
        catch (JsonException)
        {
            return owner;
        }
    }
}
