using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Makes a member's new data from the snapshot, beside the data in use: all that can fail (room, a bad file, a wrong tool) fails before
/// anything is stopped. It runs as a transient unit.
/// </summary>
internal sealed class RestoreBesideStep : UnitStep
{
    public const string Kind = "restore-beside";

    // etcd's own advice (etcd.io, Disaster recovery, "Restoring with revision bump"): more than any cluster gives out between two snapshots.
    private const string RevisionsAhead = "1000000000";

    // The mark is written last, once all is on disk. A restore of some gigabytes takes as long as the disk takes to write them.
    private const string Script =
        """
        set -eu
        out=$1 user=$2; shift 2
        rm -rf -- "$out"
        "$@"
        chown -R -- "$user:" "$out"
        sync -f -- "$out"
        : >"$out/complete"
        sync -- "$out/complete" "$out"
        """;

    public RestoreBesideStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    /// <param name="member">The member.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="run">The run.</param>
    /// <param name="bumps">Whether the revision is set above those that the old cluster gave out since the snapshot: who watches from one of them learns that he missed something.</param>
    public static DrPlanStep Plan(MemberToRestore member, SnapshotToRestore snapshot, string run, bool bumps)
    {
        var tool = Tool(member, snapshot, $"zabbixdr-{run}", bumps);
        return new DrPlanStep
        {
            Id = $"restore-{member.Node.Name}",
            Kind = Kind,
            Node = member.Node.Name,
            What = $"Restore the snapshot into {member.NewPath}, beside the data in use",
            Why = $"What can fail fails before anything is stopped. The new cluster token keeps the members of the old cluster from being taken for this one's.{(bumps ? $" Revisions go on {RevisionsAhead} above the snapshot's, so that none is given out twice." : " A tool here cannot raise the revision (--bump-revision): those since the snapshot are given out again, and who watched etcd before must be started anew.")}",
            Commands = [ShellQuoting.Quote(tool), $"chown -R {member.Config.User}: {member.NewPath}"],
            Idempotent = true,
            Proof = $"{member.NewPath}/complete is there: it is written last.",
            Undo = "It is deleted at the end; it does no harm where it is left.",
            TimeLimit = TimeSpan.FromMinutes(10) + TimeSpan.FromSeconds(snapshot.Size >> 20),
            Arguments = new Dictionary<string, string>
            {
                ["run"] = run,
                ["new"] = member.NewPath,
                ["mark"] = member.SwapMark,
                ["user"] = member.Config.User,
                ["command"] = string.Join('\n', tool),
            },
        };
    }

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (await NodeFiles.StatAsync(Seen, Told("mark"), cancellation, user: null).ConfigureAwait(false) is not null)
        {
            return StepLook.Done("the restored data is in its place already");
        }

        return await NodeFiles.StatAsync(Seen, $"{Told("new")}/complete", cancellation).ConfigureAwait(false) is null
            ? StepLook.NotDone($"{Told("new")} is not there, or not complete")
            : StepLook.Done($"{Told("new")} is complete");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var request = new UnitRequest(Unit, "sh", ["-c", Script, "zabbixdr", Told("new"), Told("user"), .. Told("command").Split('\n')]) { TimeLimit = Step.TimeLimit };
        var (end, said) = await FollowAsync(request, cancellation).ConfigureAwait(false);
        if (!end.Succeeded)
        {
            throw RestoreFailed(end, said);
        }

        await ForgetAsync(cancellation).ConfigureAwait(false);
    }

    private static string[] Tool(MemberToRestore member, SnapshotToRestore snapshot, string token, bool bumps) =>
    [
        "env", "ETCDCTL_API=3", member.Tool, "snapshot", "restore", member.CopyPath,
        "--name", member.Config.Name,
        "--data-dir", member.NewPath,
        "--initial-cluster", member.Config.InitialCluster,
        "--initial-cluster-token", token,
        "--initial-advertise-peer-urls", member.Config.PeerUrls,
        .. snapshot.HasChecksum ? Array.Empty<string>() : ["--skip-hash-check"],
        .. bumps ? new[] { "--bump-revision", RevisionsAhead, "--mark-compacted" } : [],
    ];

    private DrException RestoreFailed(UnitReading end, string said) => DrException.Of(
        DrErrorKind.Remote,
        Step.Node,
        "Restoring the snapshot beside the data in use",
        $"{end.State}{(end.ExitCode is { } code ? $", exit code {code}" : "")}: {(said.Length > 1000 ? said[^1000..] : said)}",
        "Nothing was stopped and nothing in use was changed.");
}
