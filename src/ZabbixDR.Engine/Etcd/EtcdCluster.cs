using ZabbixDR.Engine.Nodes.Secrets;

namespace ZabbixDR.Engine.Etcd;

/// <summary>The deployment's etcd. Holds no connection: each operation makes its own.</summary>
public sealed class EtcdCluster
{
    private readonly List<EtcdTarget> _members;
    private readonly EtcdSettings _settings;

    /// <summary>Prepares the client; nothing is connected yet.</summary>
    /// <exception cref="DrException"><c>EtcdViaSshUnavailable</c>.</exception>
    public EtcdCluster(DrTopology topology, EtcdSettings settings, SecretReader secrets)
        : this(topology, settings, secrets, EtcdWire.To)
    {
    }

    /// <summary>Prepares the client over what carries the calls.</summary>
    internal EtcdCluster(DrTopology topology, EtcdSettings settings, SecretReader secrets, Func<EtcdTarget, EtcdWire> wire)
    {
        _settings = settings;
        if (_settings.Via == AccessRoute.Ssh)
        {
            throw EtcdViaSshUnavailable(topology);
        }

        _members = [.. topology.NodesWith(NodeRole.Etcd).Select(node => new EtcdTarget(node, _settings, topology.Access.ConnectTimeout ?? AccessSettings.DefaultConnectTimeout, secrets) { Wire = wire })];
        Membership = new EtcdMembership(_members, Find);
    }

    /// <summary>Who belongs to the cluster, and how that is changed.</summary>
    public EtcdMembership Membership { get; }

    /// <summary>Looks at one member. A member that fails is an answer, not an exception.</summary>
    /// <param name="member">The member's name, or its endpoint's address.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <exception cref="DrException">
    /// <c>EtcdMemberNotInTopology</c>, <c>EtcdCertificateUnreadable</c>, and those of <see cref="SecretReader"/>.
    /// </exception>
    public async Task<EtcdEndpoint> LookAsync(string member, CancellationToken cancellation) =>
        (await EndpointProbe.LookAsync(Find(member), cancellation).ConfigureAwait(false)).Endpoint;

    /// <summary>Lists the members as one of them knows them.</summary>
    /// <param name="member">The member to ask, by its name.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Those of a connection to the member.</exception>
    public async Task<IReadOnlyList<EtcdMemberEntry>> ListMembersAsync(string member, CancellationToken cancellation)
    {
        using var connection = EtcdConnection.To(Find(member));
        var members = await connection.MembersAsync(linearizable: false, cancellation).ConfigureAwait(false);
        return [.. members.Select(entry => new EtcdMemberEntry(entry.Name, [.. entry.ClientURLs]))];
    }

    /// <summary>The member that is the first to answer a read that needs a quorum.</summary>
    /// <exception cref="DrException"><c>EtcdHasNoHealthyMember</c>, or the one reason for which all refuse us; those of <see cref="LookAsync"/>.</exception>
    internal async Task<string> FindHealthyAsync(string tried, CancellationToken cancellation)
    {
        var survey = await EtcdSurvey.UntilHealthyAsync(_members, cancellation).ConfigureAwait(false);
        return survey.Best?.Name ?? throw survey.NoMember(tried, "See with Test-EtcdEndpoint which members are missing and start them.");
    }

    /// <summary>Works with one member, logged in.</summary>
    /// <exception cref="DrException">Those of a connection to the member.</exception>
    internal async Task<T> WithAsync<T>(string member, Func<EtcdConnection, Task<T>> work, CancellationToken cancellation)
    {
        using var connection = EtcdConnection.To(Find(member));
        await connection.LogInAsync(cancellation).ConfigureAwait(false);
        return await work(connection).ConfigureAwait(false);
    }

    /// <summary>Reads a key as one member has it, without logging in, which needs a quorum: a certificate with CN=root may, and anybody where authentication is off.</summary>
    /// <returns>The value; null where there is no such key.</returns>
    /// <exception cref="DrException">Those of a connection to the member.</exception>
    internal async Task<string?> ReadAsItIsAsync(string member, string key, CancellationToken cancellation)
    {
        using var connection = EtcdConnection.To(Find(member));
        return await EtcdKeys.ReadAsync(connection, key, linearizable: false, cancellation).ConfigureAwait(false);
    }

    /// <summary>The password of the topology's user; null where the topology names none.</summary>
    /// <exception cref="DrException">Those of <see cref="SecretReader.Read"/>.</exception>
    internal Secret? Password(CancellationToken cancellation) =>
        _settings.Password is { } password ? _members[0].Secrets.Read(password, "etcd's password", cancellation) : null;

    /// <summary>The folder of this machine that snapshots are saved into.</summary>
    /// <param name="chosen">The caller's own choice, absolute; null for the topology's.</param>
    /// <exception cref="DrException"><c>SnapshotDirectoryUnset</c>, <c>SnapshotDirectoryMissing</c>.</exception>
    public string SnapshotDirectory(string? chosen)
    {
        var folder = chosen ?? _settings.SnapshotDirectory ?? throw SnapshotErrors.SnapshotDirectoryUnset();
        return Directory.Exists(folder) ? folder : throw SnapshotErrors.SnapshotDirectoryMissing(folder);
    }

    /// <summary>The newest snapshot in a folder of this machine whose revision can be read; null where there is none.</summary>
    /// <exception cref="DrException"><c>SnapshotFileUnreadable</c>, of the folder.</exception>
    public EtcdSnapshotFile? NewestSnapshotIn(string folder) =>
        SnapshotsHere.List(folder, [.. _members.Select(member => member.Name)]).FirstOrDefault(file => file.Revision is not null);

    /// <summary>
    /// Chooses the member to take a snapshot from: the one named, or the best (<see cref="SnapshotSourceChoice"/>), or where none is
    /// healthy the one that holds most of the raft log, if it has a quorum or our certificate needs none.
    /// </summary>
    /// <param name="member">The member's name, or its endpoint's address; null to choose. One that is named is not asked for its health.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <exception cref="DrException">
    /// <c>EtcdHasNoHealthyMember</c>, or the one reason for which all members refuse us; those of <see cref="LookAsync"/>.
    /// </exception>
    public async Task<EtcdSnapshotSource> ChooseSnapshotSourceAsync(string? member, CancellationToken cancellation)
    {
        if (member is not null)
        {
            return new EtcdSnapshotSource(Find(member), []);
        }

        var survey = await EtcdSurvey.OfAsync(_members, cancellation).ConfigureAwait(false);
        var source = survey.Best ?? survey.Freshest;
        if (source is null || (source.Latency is null && !IsRootByCertificate(source.Name)))
        {
            throw survey.NoMember("Choosing the etcd member to take the snapshot from", "Without a quorum, a member gives a snapshot to a client certificate with CN=root alone: name one in etcd.certFile.");
        }

        return new EtcdSnapshotSource(Find(source.Name), [.. Notes(survey, source)]);
    }

    private static IEnumerable<string> Notes(EtcdSurvey survey, EtcdEndpoint source)
    {
        foreach (var endpoint in survey.Endpoints.Where(endpoint => endpoint.Alarms.Count > 0))
        {
            yield return $"{endpoint.Name} has raised the alarm {string.Join(", ", endpoint.Alarms)}.";
        }

        if (source.Latency is null)
        {
            yield return $"etcd has no quorum: the snapshot is what {source.Name} holds, which may lack the last writes.";
        }
    }

    private bool IsRootByCertificate(string member)
    {
        using var connection = EtcdConnection.To(Find(member));
        return connection.IsRootByCertificate;
    }

    private static DrException EtcdViaSshUnavailable(DrTopology topology) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        $"Finding the way to etcd in {topology.Path}",
        "etcd.via: ssh is not available in this version",
        "Let this machine reach the members' client port, and set etcd.via: direct.");

    private EtcdTarget Find(string member) =>
        _members.Find(target => string.Equals(target.Name, member, StringComparison.OrdinalIgnoreCase)
            || (Uri.TryCreate(member, UriKind.Absolute, out var endpoint) && endpoint == target.Endpoint))
        ?? throw EtcdMemberNotInTopology(member);

    private DrException EtcdMemberNotInTopology(string member) => DrException.Of(
        DrErrorKind.InvalidInput,
        null,
        $"Looking for the etcd member {member}",
        "the topology has no such node with the role etcd",
        $"It has: {string.Join(", ", _members.Select(target => target.Name))}.");
}
