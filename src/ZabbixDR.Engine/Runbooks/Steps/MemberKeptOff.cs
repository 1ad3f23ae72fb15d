using System.Globalization;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A member that does not answer us, and that the operator keeps off.</summary>
/// <param name="Name">Its node, or its name in etcd where the topology has no such node.</param>
/// <param name="Doors">Where something would answer if its host were on: host and port, of SSH, etcd and Patroni.</param>
internal sealed record MemberKeptOff(string Name, IReadOnlyList<string> Doors)
{
    private const int DefaultSshPort = 22;

    // A host within reach answers in milliseconds; one without power never does. Bash opens the connections (bash(1), REDIRECTION, /dev/tcp).
    private const string Script =
        """
        command -v bash >/dev/null && command -v timeout >/dev/null || exit 3
        for door; do
            { timeout 3 bash -c ': <>"/dev/tcp/$0/$1"' "${door%:*}" "${door##*:}" 2>/dev/null && echo "$door"; } &
        done
        wait
        """;

    /// <summary>The member's doors, as the topology and, where it is known, etcd's list of members tell them.</summary>
    public static MemberKeptOff Of(DrTopology topology, DrTopologyNode? node, EtcdMember? member)
    {
        var doors = (member is null ? [] : member.PeerUrls.Concat(member.ClientUrls)).Where(url => url.IsAbsoluteUri).Select(url => Door(url.IdnHost, url.Port)).ToList();
        if (node is not null)
        {
            doors.Add(Door(node.Address, node.SshPort ?? DefaultSshPort));
            doors.Add(Door(node.Address, topology.Etcd!.ClientPort));
            doors.AddRange(topology.Patroni is { } patroni && node.Roles.Contains(NodeRole.Postgres) ? [Door(node.Address, patroni.RestPort)] : []);
        }

        return new MemberKeptOff(node?.Name ?? member!.Name ?? member.Id, [.. doors.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>Tries all doors from each other node of the deployment that answers.</summary>
    /// <returns>The first member that accepts a connection, and from where at which door; null where none does.</returns>
    /// <exception cref="DrException"><c>CommandFailed</c>, where a node has no bash or no timeout.</exception>
    public static async Task<(string Member, string Seen)?> FindAnswerAsync(DeploymentSession deployment, IReadOnlyCollection<MemberKeptOff> members, CancellationToken cancellation)
    {
        var doors = members.SelectMany(member => member.Doors).Distinct(StringComparer.Ordinal);
        var probe = new ObservingCommand("sh", ["-c", Script, "sh", .. doors]);
        (string, string)? answer = null;
        var others = deployment.Nodes.All.Where(node => members.All(member => member.Name != node.Name)).ToList();
        await foreach (var outcome in others.ForEachAsync((node, stop) => node.RunAsync(probe, stop), NodeFanOut.DefaultThrottleLimit, cancellation).ConfigureAwait(false))
        {
            if (outcome.Failure is { Kind: not (DrErrorKind.Unreachable or DrErrorKind.Timeout) } failure)
            {
                throw failure;
            }

            if (outcome.Value?.Lines is [{ Length: > 0 } open, ..])
            {
                answer ??= (members.First(member => member.Doors.Contains(open)).Name, $"{outcome.Node.Name} reaches {open}");
            }
        }

        return answer;
    }

    private static string Door(string host, int port) => string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");
}
