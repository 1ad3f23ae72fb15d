using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations;

/// <summary>Writes the rights of a login user down: a sudoers file for the nodes, and the database role that goes with it.</summary>
public static class WriteSudoRules
{
    private const string Folder = "/etc/sudoers.d/";

    /// <summary>Writes them.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="profile">What the user shall be able to do.</param>
    /// <param name="user">The login user; null for the one that the topology names.</param>
    /// <exception cref="DrException"><c>LoginUserUnnamed</c>, <c>LoginUserUnfit</c>.</exception>
    public static DrSudoRule For(DeploymentSession deployment, DrRightsProfile profile, string? user)
    {
        var login = user ?? deployment.Topology.Access.User ?? throw LoginUserUnnamed();
        return IsPlain(login) ? For(deployment, profile, login, Folder + login) : throw LoginUserUnfit(login);
    }

    private static DrSudoRule For(DeploymentSession deployment, DrRightsProfile profile, string user, string path) => profile switch
    {
        DrRightsProfile.Observe => new DrSudoRule
        {
            Profile = profile,
            User = user,
            Path = path,
            Nodes = [.. deployment.Nodes.All.Where(node => IsAsked(deployment.Topology, node.Definition)).Select(node => node.Name)],
            Content = Observing(deployment, user, path),
            Sql = deployment.Topology.Postgres is { } postgres ? MonitorRole.Sql(user, postgres.Database) : null,
        },
        _ => new DrSudoRule
        {
            Profile = profile,
            User = user,
            Path = path,
            Nodes = [.. deployment.Nodes.All.Select(node => node.Name)],
            Content = Operating(deployment.Topology, user, path),
        },
    };

    private static string Observing(DeploymentSession deployment, string user, string path) => Text(
        $"# {path}: {deployment.Topology.Name}, profile observe. The Get- and Test- commands of ZabbixDR, and nothing else.",
        "# Each line is a whole command: no pattern in it matches more than one character.",
        "# The topology file of those who only look says postgres: { monitorUser: " + user + " }.",

        // A program whose connection was lost is ended through its terminal.
        $"Defaults:{user} use_pty, !requiretty",
        Rules(deployment).Select(rule => rule.For(user)));

    // What only looks runs as another user on these nodes alone.
    private static bool IsAsked(DrTopology topology, DrTopologyNode node) =>
        RepositoryHost.Works(topology, node) || topology.Etcd?.SnapshotCopies.Contains(node.Name) is true;

    private static IEnumerable<SudoRule> Rules(DeploymentSession deployment) =>
    [
        .. deployment.Topology.PgBackRest is null ? [] : deployment.PgBackRest.ObservingRules(deployment.Topology.Nodes.Where(node => RepositoryHost.Works(deployment.Topology, node))),
        .. deployment.Topology.Etcd is { SnapshotCopies.Count: > 0 } etcd ? SnapshotsOnNode.ObservingRules(etcd.SnapshotNodeDirectory) : [],
    ];

    private static string Operating(DrTopology topology, string user, string path) => Text(
        $"# {path}: {topology.Name}, profile operate. Backups and recovery write files everywhere and run as",
        $"# every service's user: {user} is root's equal here. Guard its key like root's.",
        "",
        $"Defaults:{user} use_pty, !requiretty",
        [$"{user} ALL=(ALL) {(topology.Access.BecomePassword is null ? "NOPASSWD" : "PASSWD")}: ALL"]);

    private static string Text(string first, string second, string third, string defaults, IEnumerable<string> rules) =>
        string.Concat(new[] { first, second, third, defaults }.Where(line => line.Length > 0).Concat(rules).Select(line => line + "\n"));

    // What useradd(8) takes; anything else could mean more than a name in sudoers and in SQL.
    private static bool IsPlain(string user) =>
        user.Length is > 0 and <= 32 && user[0] != '-' && user.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '_' or '-');

    private static DrException LoginUserUnnamed() => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        "Writing sudo rules",
        "the topology file names no login user (access.user), and none was given",
        "Give -User.");

    private static DrException LoginUserUnfit(string user) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Writing sudo rules for {user}",
        "a user's name has lower-case letters, digits, _ and - alone, at most 32",
        "Give another as -User.");
}
