using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Secrets;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>
/// Makes what a fresh cluster begins with, as a snapshot: users, roles, passwords, and two keys of Patroni's. An etcd that only root of the node can
/// reach makes it (a socket in a folder of root's own), so that the cluster itself is never there without authentication.
/// </summary>
internal sealed class MakeSeedStep : NodeStep
{
    public const string Kind = "make-seed";

    // Where it came from a snapshot, all keys go and all else stays: etcd gives nobody a password's hash, nor takes one. The configuration comes
    // and goes by no argument list, like the passwords: a person may have put a secret into it. etcdctl grants root its role by itself. What it waits
    // for is an answer that went through consensus, and needs a login where users came with the snapshot: `endpoint health` takes
    // "user name is empty" for sick.
    private const string Script =
        """
        set -eu
        work=$1 copy=$2 folder=$3 identifier=$4 user=$5 patroni=$6 etcd=$7 etcdctl=$8 patience=$9; shift 9
        unset ETCDCTL_ENDPOINTS ETCDCTL_USER ETCDCTL_PASSWORD ETCDCTL_CACERT ETCDCTL_CERT ETCDCTL_KEY
        export ETCDCTL_API=3
        ask() { "$etcdctl" --endpoints="unix://$socket/client" --dial-timeout=30s --command-timeout=60s "$@"; }
        login() { [ -z "$user" ] || export ETCDCTL_USER="$user" ETCDCTL_PASSWORD="$ZABBIXDR_PASSWORD"; }
        rm -rf -- "$work"
        mkdir -m 700 -- "$work"
        socket=$(mktemp -d /run/zabbixdr.XXXXXXXX) pid=
        trap '[ -z "$pid" ] || { kill "$pid" && wait "$pid" || :; }; rm -rf -- "$socket" "$work"' EXIT
        [ $# -eq 0 ] || "$@" >&2
        env -i "PATH=$PATH" "$etcd" --name seed --data-dir "$work/data" --quota-backend-bytes 8589934592 \
            --listen-client-urls "unix://$socket/client" --advertise-client-urls http://localhost:1 \
            --listen-peer-urls "unix://$socket/peer" --initial-advertise-peer-urls http://localhost:1 --initial-cluster seed=http://localhost:1 >"$work/log" 2>&1 &
        pid=$!
        [ $# -eq 0 ] || login
        until said=$(ask --command-timeout=5s alarm disarm 2>&1); do
            kill -0 "$pid" 2>/dev/null && [ "$patience" -gt 0 ] || { printf '%s\n' "$said" >&2; tail -n 5 "$work/log" >&2; exit 1; }
            patience=$((patience - 1))
            sleep 1
        done
        [ $# -eq 0 ] || ask del '' --from-key=true >/dev/null
        ask put "$folder/initialize" "$identifier" >/dev/null
        printf '%s' "$ZABBIXDR_CONFIGURATION" | ask put "$folder/config" >/dev/null
        if [ $# -eq 0 ] && [ -n "$user" ]; then
            printf '%s\n' "$ZABBIXDR_PASSWORD" | ask user add "$user" --interactive=false
            if [ -n "$patroni" ]; then
                printf '%s\n' "$ZABBIXDR_PATRONI_PASSWORD" | ask user add "$patroni" --interactive=false
                ask role add "$patroni"
                ask role grant-permission --prefix=true "$patroni" readwrite "$folder/"
                ask user grant-role "$patroni" "$patroni"
            fi
            ask auth enable
            login
        fi
        ask compact --physical=true "$(ask get -w fields "$folder/initialize" | sed -n 's/^"Revision" : //p')" >/dev/null
        ask defrag >/dev/null
        ask snapshot save "$work/seed.db" >/dev/null
        chmod 600 "$work/seed.db"
        sync -- "$work/seed.db"
        mv -fT -- "$work/seed.db" "$copy"
        sync -- "${copy%/*}"
        """;

    private static readonly TimeSpan s_least = TimeSpan.FromMinutes(10);
    private readonly DeploymentSession _deployment;

    public MakeSeedStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes)
    {
        _deployment = deployment;
    }

    /// <param name="member">The member that it is made on; the snapshot, where there is one, is its copy by then.</param>
    /// <param name="seed">What it shall hold.</param>
    /// <param name="first">The server that is to lead.</param>
    /// <param name="etcd">etcd's program there.</param>
    /// <param name="etcdctl">etcdctl's.</param>
    public static DrPlanStep Plan(MemberToRestore member, FreshSeed seed, INode first, string etcd, string etcdctl)
    {
        string[] restore = seed.Source is null ? [] : Restore(member, seed.Source);
        return new DrPlanStep
        {
            Id = "make-seed",
            Kind = Kind,
            Node = member.Node.Name,
            What = $"Make the new cluster's first data as {member.CopyPath}: {(seed.Source is null ? "the users that the topology and Patroni name" : "users, roles and passwords of the snapshot, none of its keys")}, and Patroni's keys initialize and config",
            Why = "Beside an etcd that nobody but root of this node can reach: the new cluster asks who one is from its first moment on. Patroni's configuration is what it was; all else that Patroni keeps it writes anew.",
            Commands =
            [
                .. seed.Source is null ? Array.Empty<string>() : [ShellQuoting.Quote(restore)],
                $"{etcd} --data-dir {member.NewPath}/data --listen-client-urls unix://… (for the time of this step)",
                .. seed.Source is null ? Array.Empty<string>() : ["etcdctl del '' --from-key=true"],
                $"etcdctl put {seed.Folder}/initialize {seed.SystemIdentifier}",
                $"etcdctl put {seed.Folder}/config  (from {seed.Configuration.Source})",
                .. seed.Source is null ? SetUp(seed) : [],
                "etcdctl compact, defrag",
                $"etcdctl snapshot save {member.CopyPath}",
            ],
            Idempotent = true,
            Proof = $"{member.CopyPath} is there{(seed.Source is null ? "" : ", and is not the snapshot any more")}: it is put there whole, at the end.",
            Undo = "It is deleted at the end; it does no harm where it is left.",
            TimeLimit = s_least + TimeSpan.FromSeconds((seed.Source?.Size ?? 0) >> 20),
            Arguments = new Dictionary<string, string>
            {
                ["copy"] = member.CopyPath,
                ["work"] = member.NewPath,
                ["data"] = member.Config.DataDirectory,
                ["owner"] = member.Config.User,
                ["snapshot"] = seed.Source?.Path ?? "",
                ["sha256"] = seed.Source?.Sha256 ?? "",
                ["restore"] = string.Join('\n', restore),
                ["folder"] = seed.Folder,
                ["identifier"] = seed.SystemIdentifier,
                ["configuration"] = seed.Configuration.Digest,
                ["user"] = seed.User ?? "",
                ["patroni"] = seed.PatroniUser ?? "",
                ["patroni-file"] = seed.PatroniFile,
                ["first"] = first.Name,
                ["etcd"] = etcd,
                ["etcdctl"] = etcdctl,
                ["patience"] = Patience(seed.Source?.Size ?? 0).ToString(CultureInfo.InvariantCulture),
            },
        };
    }

    public override async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        if (await NodeFiles.StatAsync(Seen, Told("copy"), cancellation).ConfigureAwait(false) is not { } file)
        {
            return StepLook.NotDone($"{Told("copy")} is not there");
        }

        var isSnapshot = Told("sha256").Length > 0 && await NodeFiles.Sha256Async(Seen, Told("copy"), Step.TimeLimit, cancellation).ConfigureAwait(false) == Told("sha256");
        return isSnapshot ? StepLook.NotDone($"{Told("copy")} is still the snapshot") : StepLook.Done($"{ByteSize.ToText(file.Size)}");
    }

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        await MakeDirectoryAsync(Told("data"), Told("owner"), cancellation).ConfigureAwait(false);
        var secrets = new Dictionary<string, Secret> { ["ZABBIXDR_CONFIGURATION"] = new(await ConfigurationAsync(cancellation).ConfigureAwait(false)) };
        if (Told("user").Length > 0)
        {
            secrets["ZABBIXDR_PASSWORD"] = _deployment.Etcd.Password(cancellation)!;
        }

        if (Told("patroni").Length > 0)
        {
            secrets["ZABBIXDR_PATRONI_PASSWORD"] = await PatroniPasswordAsync(cancellation).ConfigureAwait(false);
        }

        string[] restore = Told("restore") is { Length: > 0 } command ? command.Split('\n') : [];
        await Changed.RunAsync(
            AsRoot(
                "sh",
                ["-c", Script, "zabbixdr", Told("work"), Told("copy"), Told("folder"), Told("identifier"), Told("user"), Told("patroni"), Told("etcd"), Told("etcdctl"), Told("patience"), .. restore]) with
            {
                Environment = secrets,
                TimeLimit = Step.TimeLimit,
                Title = Step.What,
            },
            cancellation).ConfigureAwait(false);
    }

    // A person may change it until Patroni is frozen: then the plan is no longer the one that was shown.
    private async Task<string> ConfigurationAsync(CancellationToken cancellation)
    {
        var healthy = await FreshState.HealthyAsync(_deployment, cancellation).ConfigureAwait(false);
        var found = await ConfigurationToKeep.FindAsync(
            _deployment,
            healthy,
            _deployment.Nodes.Get(Told("first")),
            Told("snapshot") is { Length: > 0 } path ? async () => (await EtcdRestorePlan.CheckAsync(path, force: true, cancellation).ConfigureAwait(false)).Content : null,
            cancellation).ConfigureAwait(false);
        return found is not null && found.Digest == Told("configuration") ? found.Json : throw EtcdFreshErrors.PatroniConfigurationChanged(found);
    }

    private async Task<Secret> PatroniPasswordAsync(CancellationToken cancellation)
    {
        var node = _deployment.Nodes.Get(Told("first"));
        var text = await NodeFiles.ReadTextAsync(node, Told("patroni-file"), cancellation).ConfigureAwait(false) ?? "";
        return PatroniFile.EtcdPassword(node.Name, Told("patroni-file"), text) ?? throw EtcdFreshErrors.PatroniPasswordMissing(node.Name, Told("patroni-file"));
    }

    // In tries, a second or more each: an etcd that starts reads its database once, here at 16 MB in a second.
    private static long Patience(long size) => 60 + (size >> 24);

    private static IEnumerable<string> SetUp(FreshSeed seed) =>
    [
        .. seed.User is null ? Array.Empty<string>() : [$"etcdctl user add {seed.User}  (password of the topology, by standard input)"],
        .. seed.PatroniUser is null
            ? Array.Empty<string>()
            :
            [
                string.Create(CultureInfo.InvariantCulture, $"etcdctl user add {seed.PatroniUser}  (password of {seed.PatroniFile}, by standard input)"),
                $"etcdctl role grant-permission --prefix=true {seed.PatroniUser} readwrite {seed.Folder}/",
            ],
        .. seed.User is null ? Array.Empty<string>() : ["etcdctl auth enable"],
    ];

    private static string[] Restore(MemberToRestore member, SnapshotToRestore snapshot) =>
    [
        member.Tool, "snapshot", "restore", member.CopyPath,
        "--name", "seed",
        "--data-dir", $"{member.NewPath}/data",
        "--initial-cluster", "seed=http://localhost:1",
        "--initial-advertise-peer-urls", "http://localhost:1",
        .. snapshot.HasChecksum ? Array.Empty<string>() : ["--skip-hash-check"],
    ];
}
