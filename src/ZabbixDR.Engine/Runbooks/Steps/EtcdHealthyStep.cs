using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Waits until every member does its work: it answers a linearizable read, logged in as the topology says. Then the users are those that were meant.</summary>
internal sealed class EtcdHealthyStep : IStepWork
{
    public const string Kind = "etcd-healthy";

    // An election takes a second or so; a member with gigabytes reads them first, at what its disk gives.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(300);
    private readonly EtcdCluster _etcd;
    private readonly string[] _members;
    private readonly string? _users;

    public EtcdHealthyStep(DrPlanStep step, EtcdCluster etcd)
    {
        _etcd = etcd;
        _members = step.Arguments["members"].Split(',');
        _users = step.Arguments.GetValueOrDefault("users");
    }

    /// <summary>For members whose users are as they were.</summary>
    public static DrPlanStep Plan(IEnumerable<string> members) => new()
    {
        Id = "etcd-healthy",
        Kind = Kind,
        What = "Wait until every member is healthy",
        Why = "Patroni needs a quorum, and the login that works proves that the users came back.",
        Commands = ["(etcd) authenticate, and a linearizable read at each member"],
        Idempotent = true,
        Proof = "Every member answers that read, and knows of no alarm.",
        Undo = "Nothing is changed by it.",
        TimeLimit = s_limit,
        Arguments = new Dictionary<string, string> { ["members"] = string.Join(',', members) },
    };

    /// <summary>For members whose users come from a snapshot.</summary>
    /// <param name="members">The members' nodes.</param>
    /// <param name="authEnabled">Whether etcd must ask who one is.</param>
    /// <param name="users">The users that there must be.</param>
    public static DrPlanStep Plan(IEnumerable<string> members, bool authEnabled, IEnumerable<string> users)
    {
        var step = Plan(members);
        var wanted = Describe(authEnabled, users);
        return step with
        {
            Commands = [.. step.Commands, "(etcd) auth status, user list"],
            Proof = $"{step.Proof} The users are {wanted}.",
            Arguments = new Dictionary<string, string>(step.Arguments) { ["users"] = wanted },
        };
    }

    public async Task<StepLook> LookAsync(CancellationToken cancellation)
    {
        var found = await Task.WhenAll(_members.Select(member => _etcd.LookAsync(member, cancellation))).ConfigureAwait(false);
        return Array.Find(found, member => member.State != EtcdEndpointState.Healthy) is { } sick
            ? StepLook.NotDone($"{sick.Name} is {sick.State}: {sick.Reason}")
            : StepLook.Done(
                $"{found.Length} healthy, leader {Array.Find(found, member => member.IsLeader is true)?.Name}, revision {found.Max(member => member.Revision)}{await UsersAsync(cancellation).ConfigureAwait(false)}");
    }

    public Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation) => this.UntilDoneAsync(s_pause, cancellation);

    private async Task<string> UsersAsync(CancellationToken cancellation)
    {
        if (_users is null)
        {
            return "";
        }

        return await _etcd.WithAsync(_members[0], connection => EtcdUsers.ReadAsync(connection, cancellation), cancellation).ConfigureAwait(false) switch
        {
            null => "; the users could not be compared: the login of the topology may not list them",
            var (enabled, names) when Describe(enabled, names) == _users => $"; users {_users}",
            var (enabled, names) => throw EtcdUsersDiffer(Describe(enabled, names)),
        };
    }

    private static string Describe(bool authEnabled, IEnumerable<string> users) => $"{string.Join(", ", users.DefaultIfEmpty("none"))} (authentication {(authEnabled ? "on" : "off")})";

    private DrException EtcdUsersDiffer(string found) => DrException.Of(
        DrErrorKind.InvalidData,
        _members[0],
        "Comparing etcd's users with the snapshot's",
        $"they are {found}, and must be {_users}",
        "Somebody may have changed them since, or the restore went wrong: see etcdctl user list. Patroni is still frozen; Resume-DrRun goes on once they agree.");
}
