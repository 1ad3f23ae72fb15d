using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// The lock as one node has it: <c>fence</c> holds the highest number ever given out, and <c>lock</c> who holds it, if anyone. Both are on
/// disk, so that they outlive the node's power and the management host.
/// </summary>
internal static class NodeLock
{
    /// <summary>Where a node keeps what is the module's own.</summary>
    public const string Folder = GuardedNode.Folder;

    private const int Held = 16;
    private const int FenceTooLow = 17;
    private const int Busy = 75;

    // What is being run under the lock holds it shared (FencedNode), backups too (SharedNode): a command has this long to end. Longer ones
    // of a run are transient units.
    private const int PatienceSeconds = 30;

    // What holds it has it open as 9, as those do that FencedNode and SharedNode start: their commands are told.
    private const string Busyness =
        """
        busy() {
            exec 9>&-
            for p in /proc/[0-9]*; do
                if [ "$(readlink "$p/fd/9")" = "$0/fence" ]; then tr '\0' ' ' <"$p/cmdline"; echo; fi
            done | sort -u | head -n 1
            exit 75
        }

        """;

    private const string TakeScript =
        Busyness +
        """
        set -eu
        run=$1 number=$2 owner=$3 instead=$4
        umask 022; mkdir -p "$0/runs"; cd "$0"
        exec 9<>fence
        flock -w 30 9 || busy
        if [ -s lock ] && ! grep -qF -e "\"run\":\"$run\"" -e "\"run\":\"${instead:-$run}\"" lock; then cat lock; exit 16; fi
        now=0; read -r now <&9 || :
        [ "$number" -gt "${now:-0}" ] || { echo "$now"; exit 17; }
        printf '%s\n' "$owner" >lock.new; sync lock.new; mv -f lock.new lock
        printf '%s\n' "$number" >fence; sync fence .
        """;

    private const string FreeScript =
        Busyness +
        """
        set -eu
        cd "$0" || exit 0
        exec 9<>fence
        flock -w 30 9 || busy
        if [ -s lock ] && ! grep -qF "\"run\":\"$1\"" lock; then cat lock; exit 16; fi
        rm -f lock; sync .
        """;

    /// <summary>Reads it.</summary>
    /// <exception cref="DrException"><c>LockUnreadable</c>, and those of <see cref="INode"/>.</exception>
    public static async Task<DrLock> ReadAsync(INode node, CancellationToken cancellation)
    {
        var fence = await NodeFiles.ReadTextAsync(node, $"{Folder}/fence", cancellation, user: null).ConfigureAwait(false);
        var owner = await NodeFiles.ReadTextAsync(node, $"{Folder}/lock", cancellation, user: null).ConfigureAwait(false);
        try
        {
            var number = string.IsNullOrWhiteSpace(fence) ? 0 : long.Parse(fence, CultureInfo.InvariantCulture);
            return string.IsNullOrWhiteSpace(owner) ? new DrLock { Node = node.Name, FencingNumber = number } : Describe(node, owner, number);
        }
        catch (Exception error) when (error is FormatException or OverflowException or JsonException)
        {
            throw LockUnreadable(node, error);
        }
    }

    /// <summary>Takes it for a run, which may hold it already; or from the run that it goes back from.</summary>
    /// <exception cref="DrException"><c>LockHeld</c>, <c>FencingNumberTaken</c>, <c>NodeChangesNow</c>, and those of <see cref="INode"/>.</exception>
    public static async Task TakeAsync(IChangingNode node, string run, string? instead, long number, CancellationToken cancellation)
    {
        var owner = new LockOwner(run, RunIdentity.Operator, DateTimeOffset.UtcNow).ToJson();
        var result = await RunAsync(node, "the taking of the lock", TakeScript, [run, number.ToString(CultureInfo.InvariantCulture), owner, instead ?? ""], cancellation).ConfigureAwait(false);
        if (result.ExitCode == FenceTooLow)
        {
            throw FencingNumberTaken(node, number, result.Output.Trim());
        }
    }

    /// <summary>Gives it back, where the run holds it.</summary>
    /// <exception cref="DrException"><c>LockHeld</c> by another, <c>NodeChangesNow</c>, and those of <see cref="INode"/>.</exception>
    public static Task<CommandResult> ReleaseAsync(IChangingNode node, string run, CancellationToken cancellation) =>
        RunAsync(node, "the release of the lock", FreeScript, [run], cancellation);

    private static async Task<CommandResult> RunAsync(IChangingNode node, string title, string script, string[] arguments, CancellationToken cancellation)
    {
        var command = new ChangingCommand("sh", ["-c", script, Folder, .. arguments])
        {
            User = "root",
            Title = title,
            TimeLimit = TimeSpan.FromSeconds(2 * PatienceSeconds),
            AcceptedExitCodes = [0, Held, FenceTooLow, Busy],
        };
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        return result.ExitCode switch
        {
            Held => throw LockErrors.LockHeld(Describe(node, result.Output, 0)),
            Busy => throw NodeChangesNow(node, result.Output.Trim()),
            _ => result,
        };
    }

    private static DrLock Describe(INode node, string json, long number)
    {
        var owner = LockOwner.Parse(json);
        return new DrLock { Node = node.Name, Run = owner.Run, Owner = owner.Owner, Since = owner.Since, FencingNumber = number };
    }

    internal static DrException FencingNumberTaken(INode node, long number, string now) => DrException.Of(
        DrErrorKind.Busy,
        node.Name,
        "Taking the deployment's lock",
        $"the number {number} was to be given, and the node has {now} by now: another takes the lock at this moment",
        "Try again.");

    private static DrException NodeChangesNow(INode node, string command) => DrException.Of(
        DrErrorKind.Busy,
        node.Name,
        "Taking the deployment's lock",
        $"a command runs there that holds it, and has not ended in {PatienceSeconds} s: {(command.Length == 0 ? "it is not known which" : command)}",
        "Wait for its end; a backup can be ended in the session that runs it (Ctrl+C), and begun again later. Nothing was changed.");

    private static DrException LockUnreadable(INode node, Exception cause) => DrException.Of(
        DrErrorKind.InvalidData,
        node.Name,
        $"Reading the lock in {Folder}",
        $"it is not what the module writes there ({cause.Message})",
        "See who wrote it; Remove-DrLock takes it away.",
        cause);
}

/// <summary>How a lease is written as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LeaseOwner))]
internal sealed partial class LockJson : JsonSerializerContext;
