namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Starts etcd on a node whose old data is aside, with the settings by which it joins the cluster that there is. They lie under /run: a reboot
/// takes them away, and with data in place etcd ignores them anyway.
/// </summary>
internal sealed class JoinMemberStep : NodeStep
{
    public const string Kind = "join-member";

    // A file, not Environment=: what the unit's own EnvironmentFile= sets would win over that; of several files the last wins.
    private const string Script =
        """
        set -eu
        unit=$1 dropin=$2 file=$3 mark=$4 cluster=$5 fence=$6
        [ -e "$mark" ] || { echo "the old data is not aside" >&2; exit 1; }
        mkdir -p -- "${dropin%/*}"
        printf 'ETCD_INITIAL_CLUSTER_STATE=existing\nETCD_INITIAL_CLUSTER=%s\n' "$cluster" >"$file"
        printf '[Service]\nEnvironmentFile=%s\n' "$file" >"$dropin"
        rm -f -- "$fence"
        systemctl daemon-reload
        systemctl reset-failed "$unit" || :
        systemctl start --no-block "$unit"
        """;

    public JoinMemberStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    public static DrPlanStep Plan(MemberToRejoin member, string cluster) => new()
    {
        Id = $"join-{member.Node.Name}",
        Kind = Kind,
        Node = member.Node.Name,
        What = $"Start {member.Unit} empty, as a member of the new cluster",
        Why = "It takes its data from the others.",
        Commands =
        [
            $"(write) {member.Variables}: ETCD_INITIAL_CLUSTER_STATE=existing, ETCD_INITIAL_CLUSTER={cluster}",
            $"(write) {member.DropIn}: EnvironmentFile={member.Variables}",
            $"rm -f {UnitFence.PathFor(member.Unit)}",
            "systemctl daemon-reload",
            $"systemctl start --no-block {member.Unit}",
        ],
        Idempotent = true,
        Proof = "systemd calls it active or activating.",
        Undo = $"systemctl stop {member.Unit}",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string>
        {
            ["unit"] = member.Unit,
            ["dropin"] = member.DropIn,
            ["file"] = member.Variables,
            ["mark"] = member.AsideMark,
            ["cluster"] = cluster,
            ["fence"] = UnitFence.PathFor(member.Unit),
        },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var report = await UnitReport.ReadAsync(Seen, Told("unit"), cancellation).ConfigureAwait(false);
        return new StepLook(report.IsUp, $"{Told("unit")} is {report.ActiveState}");
    }

    public override Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => Changed.RunAsync(
        AsRoot("sh", "-c", Script, "zabbixdr", Told("unit"), Told("dropin"), Told("file"), Told("mark"), Told("cluster"), Told("fence")) with { Title = Step.What },
        cancellation);
}
