using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Proves that no process of PostgreSQL works on a data directory, and stops one that does: Patroni leaves it running where it is paused or where its unit's stop was cut short, and a primary's
/// stop waits for an archive_command that hangs.
/// </summary>
internal sealed class NoServerStep : NodeStep
{
    public const string Kind = "no-server";

    // A checkpoint writes what the buffers hold, at what the disk gives; then the archiver ends what it has begun. A server that is killed recovers by
    // itself should its data be put back: nothing that was committed is lost by that.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_limit = s_patience + TimeSpan.FromMinutes(3);

    // All processes of a server have its data directory as theirs.
    private const string Script =
        """
        data=$(readlink -f -- "$1") || exit 0
        for process in /proc/[0-9]*; do
            if [ "$(readlink "$process/cwd")" = "$data" ]; then
                case $(readlink "$process/exe") in */postgres) echo "${process#/proc/}" ;; esac
            fi
        done
        """;

    public NoServerStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(INode node, string data, string bin, string user, string why) => new()
    {
        Id = $"no-server-{node.Name}",
        Kind = Kind,
        Node = node.Name,
        What = $"See that no PostgreSQL runs on {data}; stop one that does",
        Why = why,
        Commands = [StandaloneServer.Stop(bin, data, user, "fast", s_patience).ToString(), StandaloneServer.Stop(bin, data, user, "immediate", s_patience).ToString()],
        Destructive = true,
        Idempotent = true,
        Proof = "No process named postgres has that directory as its own.",
        Undo = "Patroni starts it again.",
        TimeLimit = s_limit,
        Arguments = new Dictionary<string, string> { ["data"] = data, ["bin"] = bin, ["user"] = user },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        (await Seen.RunAsync(new ObservingCommand("sh", "-c", Script, "sh", Told("data")) { User = "root" }, cancellation).ConfigureAwait(false)).Lines is { Count: > 0 } processes
            ? StepLook.NotDone($"{processes.Count} processes run on {Told("data")}, such as {processes[0]}")
            : StepLook.Done("none runs");

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var fast = await Changed.RunAsync(Stop("fast") with { AcceptedExitCodes = [0, 1] }, cancellation).ConfigureAwait(false);
        if (fast.ExitCode == 0)
        {
            return;
        }

        messages?.Report(new OperationMessage(IsWarning: true, $"PostgreSQL on {Step.Node} did not stop in {s_patience.TotalMinutes:0} minutes, and is stopped without a checkpoint; should its data be put back, it recovers from its WAL."));
        await Changed.RunAsync(Stop("immediate"), cancellation).ConfigureAwait(false);
    }

    private ChangingCommand Stop(string mode) => StandaloneServer.Stop(Told("bin"), Told("data"), Told("user"), mode, s_patience);
}
