using ZabbixDR.Engine.Etcd;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Nodes.Secrets;
using ZabbixDR.Engine.Patroni;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;
using ZabbixDR.Engine.Topology;
using ZabbixDR.Engine.Zabbix;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// Finds a deployment from one node that runs Patroni: its patroni.yml, Patroni's and etcd's lists of members, pgbackrest.conf, and
/// the Zabbix servers in the database. What cannot be asked becomes a note, and not a guess.
/// </summary>
public static class DiscoverTopology
{
    private const string Seed = "seed";

    /// <summary>Finds it.</summary>
    /// <param name="path">The file that it will be, absolute.</param>
    /// <param name="name">The deployment's name; null for Patroni's scope.</param>
    /// <param name="address">The node's address.</param>
    /// <param name="port">The port of its SSH server; null for the usual.</param>
    /// <param name="access">How nodes are reached.</param>
    /// <param name="session">What the session adds to that.</param>
    /// <param name="messages">Hears of what could not be asked.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="DrException"><c>PatroniNotFound</c>, <c>PlatformUnknown</c>, <c>PatroniFileUnreadable</c>, and those of <see cref="INode"/>.</exception>
    public static async Task<TopologyDraft> RunAsync(
        string path, string? name, string address, int? port, AccessSettings access, SessionAccess session, IProgress<OperationMessage> messages, CancellationToken cancellation)
    {
        var nodes = new NodeSet(Alone(path, address, port, access), session);
        await using (nodes.ConfigureAwait(false))
        {
            var node = nodes.All[0];
            var layout = await NodePlatform.ReadAsync(node, cancellation).ConfigureAwait(false);
            var unit = await PatroniUnit.ReadAsync(node, layout.PatroniUnit, cancellation).ConfigureAwait(false);
            var file = unit.ConfigFile ?? layout.PatroniConfigFile;
            var text = await NodeFiles.ReadTextAsync(node, file, cancellation, unit.User).ConfigureAwait(false) ?? throw PatroniNotFound(node, file);
            var found = new DiscoveredDeployment(path, name, address, access, layout, file, PatroniFile.Parse(node.Name, file, text));
            await AskPatroniAsync(found, node, session.Secrets, cancellation).ConfigureAwait(false);
            await AskEtcdAsync(found, node, unit.User, messages, cancellation).ConfigureAwait(false);
            await AskPgBackRestAsync(found, node, unit.User, cancellation).ConfigureAwait(false);
            await AskZabbixAsync(found, node, messages, cancellation).ConfigureAwait(false);
            return found.Draft();
        }
    }

    private static DrTopology Alone(string path, string address, int? port, AccessSettings access) => new()
    {
        Name = Seed,
        Path = path,
        Access = access,
        Sites = [new DrSite("A", null)],
        Nodes = [new DrTopologyNode(address, "A", address, port, [NodeRole.Postgres])],
    };

    private static async Task AskPatroniAsync(DiscoveredDeployment found, INode node, SecretReader secrets, CancellationToken cancellation)
    {
        using var patroni = new PatroniClient(found.Patroni(), [node], secrets);
        var cluster = await patroni.GetClusterAsync(cancellation).ConfigureAwait(false);
        found.Take(cluster);
    }

    private static async Task AskEtcdAsync(DiscoveredDeployment found, INode node, string user, IProgress<OperationMessage> messages, CancellationToken cancellation)
    {
        var file = found.PatroniFile;
        DrException? failure = null;
        foreach (var host in file.EtcdHosts)
        {
            var endpoint = $"{(file.EtcdUsesTls ? Uri.UriSchemeHttps : Uri.UriSchemeHttp)}://{host[(host.LastIndexOf('/') + 1)..]}";
            var certificates = new EtcdCertificatesOnNode(file.EtcdCaFile, file.EtcdCertFile, file.EtcdKeyFile);
            var (members, error) = await DrException.TryAsync(() => EtcdThroughNode.ListMembersAsync(node, user, endpoint, certificates, cancellation)).ConfigureAwait(false);
            if (members is not null)
            {
                found.Take(members);
                return;
            }

            failure = error;
        }

        if (failure is not null)
        {
            messages.Report(new OperationMessage(IsWarning: true, $"etcd's members could not be listed; their addresses are those of patroni.yml, their names guessed. {failure.Message}"));
        }
    }

    private static async Task AskPgBackRestAsync(DiscoveredDeployment found, INode node, string user, CancellationToken cancellation)
    {
        foreach (var path in found.Layout.PgBackRestConfigFiles)
        {
            if (await NodeFiles.ReadTextAsync(node, path, cancellation, user).ConfigureAwait(false) is { } text)
            {
                found.Take(PgBackRestFile.Parse(text), path);
                return;
            }
        }
    }

    private static async Task AskZabbixAsync(DiscoveredDeployment found, INode node, IProgress<OperationMessage> messages, CancellationToken cancellation)
    {
        var (servers, failure) = await DrException.TryAsync(() => ReadZabbixAsync(found.Postgres(), node, cancellation)).ConfigureAwait(false);
        if (servers is not null)
        {
            found.Take(servers);
        }
        else
        {
            messages.Report(new OperationMessage(IsWarning: true, $"Zabbix's servers could not be read from the database; add them to the file. {failure!.Message}"));
        }
    }

    private static async Task<IReadOnlyList<ZabbixHaNode>> ReadZabbixAsync(PostgresSettings settings, INode node, CancellationToken cancellation)
    {
        var session = await new PostgresClient(settings).OpenAsync(node, null, cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            return await ZabbixDatabase.ReadHaNodesAsync(session.Connection, node.Name, cancellation).ConfigureAwait(false);
        }
    }

    private static DrException PatroniNotFound(INode node, string file) => DrException.Of(
        DrErrorKind.NotFound,
        node.Name,
        "Looking for Patroni",
        $"there is no {file}",
        "Name a node that runs PostgreSQL under Patroni.");
}
