using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Starts the survivor once with force-new-cluster: it drops the others from its data, which it keeps.</summary>
internal sealed class StandAloneStep : NodeStep
{
    public const string Kind = "stand-alone";

    // Restart, since the node may have been rebooted after the stop: without a quorum that etcd waits for ever.
    private const string Script =
        """
        set -eu
        unit=$1 file=$2 fence=$3
        mkdir -p -- "${file%/*}"
        printf '[Service]\nEnvironment=ETCD_FORCE_NEW_CLUSTER=true\n' >"$file"
        rm -f -- "$fence"
        systemctl daemon-reload
        systemctl reset-failed "$unit" || :
        systemctl restart "$unit"
        """;

    private readonly EtcdCluster _etcd;

    public StandAloneStep(DrPlanStep step, RunNodes nodes, EtcdCluster etcd)
        : base(step, nodes) => _etcd = etcd;

    public static DrPlanStep Plan(MemberToRejoin member, TimeSpan limit) => new()
    {
        Id = $"alone-{member.Node.Name}",
        Kind = Kind,
        Node = member.Node.Name,
        What = "Start etcd once as a cluster of one member, with its data",
        Why = "A majority of the old members is lost for good; etcd keeps the keys, users and revision, and drops the other members.",
        Commands = [$"(write) {member.DropIn}: Environment=ETCD_FORCE_NEW_CLUSTER=true", $"rm -f {UnitFence.PathFor(member.Unit)}", "systemctl daemon-reload", $"systemctl restart {member.Unit}"],
        Destructive = true,
        Proof = "It answers, and lists one member.",
        Undo = $"With {member.Unit} stopped and {member.DropIn} deleted: rm -r {member.MemberPath} && cp -a {member.AsidePath} {member.MemberPath}",
        TimeLimit = limit,
        Arguments = new Dictionary<string, string> { ["unit"] = member.Unit, ["file"] = member.DropIn, ["fence"] = UnitFence.PathFor(member.Unit) },
    };

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var (members, failure) = await DrException.TryAsync(() => _etcd.ListMembersAsync(Step.Node!, cancellation)).ConfigureAwait(false);
        return members is null ? StepLook.NotDone(failure!.Message) : new StepLook(members.Count == 1, $"it lists {string.Join(", ", members.Select(member => member.Name))}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        // What has a majority by now, whoever gave it one, must not lose its members.
        if ((await _etcd.LookAsync(Step.Node!, cancellation).ConfigureAwait(false)).State == EtcdEndpointState.Healthy)
        {
            throw EtcdRepairErrors.EtcdHasQuorum([Step.Node!]);
        }

        await Changed.RunAsync(AsRoot("sh", "-c", Script, "zabbixdr", Told("unit"), Told("file"), Told("fence")) with { Title = Step.What, TimeLimit = Step.TimeLimit }, cancellation).ConfigureAwait(false);
    }
}
