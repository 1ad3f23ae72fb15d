using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Locks;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations;

/// <summary>
/// The stanza in every repository, made on the node that is the primary, and proven: the repositories name this database, and a WAL
/// segment that is switched arrives in them. What would make pgBackRest fail with a riddle is looked at before.
/// </summary>
public sealed class InitializeStanza
{
    private readonly DeploymentSession _deployment;
    private readonly PostgresPlace _place;
    private readonly bool _upgrade;
    private readonly TimeSpan _timeLimit;

    private InitializeStanza(DeploymentSession deployment, INode leader, PostgresPlace place, PgBackRestOnNode configuration, IReadOnlyList<PgBackRestStanza> found, bool upgrade, TimeSpan timeLimit)
    {
        _timeLimit = timeLimit;
        _deployment = deployment;
        _place = place;
        Found = found;
        Configuration = configuration;
        _upgrade = upgrade;
        Leader = leader;
    }

    /// <summary>5 min: making a stanza writes some small files a repository, and a silent object store is asked for nine times the io-timeout.</summary>
    public static TimeSpan DefaultTimeLimit { get; } = TimeSpan.FromMinutes(5);

    /// <summary>The primary.</summary>
    public INode Leader { get; }

    /// <summary>What will be done there, for a person.</summary>
    public string Action => (IsComplete, _upgrade) switch
    {
        (true, _) => "Switch a WAL segment and wait for it in every repository: pgbackrest check",
        (_, true) => $"Upgrade the stanza to PostgreSQL {_place.Version} with: {_deployment.PgBackRest.MakeStanzaCommand(Leader, upgrade: true, _timeLimit)}",
        _ => $"Create the stanza with: {_deployment.PgBackRest.MakeStanzaCommand(Leader, upgrade: false, _timeLimit)}",
    };

    /// <summary>The stanza's name.</summary>
    internal string Name => _deployment.PgBackRest.Stanza;

    /// <summary>What the primary's pgbackrest.conf says.</summary>
    internal PgBackRestOnNode Configuration { get; }

    /// <summary>The stanza in each repository that has it.</summary>
    internal IReadOnlyList<PgBackRestStanza> Found { get; }

    private bool IsComplete => IsMissingNowhere(Found) && Found.All(IsOfThisDatabase);

    /// <summary>Finds the primary and looks at what stands in the way. Nothing is changed.</summary>
    /// <param name="deployment">The deployment.</param>
    /// <param name="upgrade">True to bring a stanza of another version of PostgreSQL up to the server's.</param>
    /// <param name="timeLimit">The longest that making it, or one question to pgBackRest, may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>SectionMissing</c>; those of <see cref="FindPrimary"/>, <see cref="RepositoryGuard"/> and <see cref="PgBackRestClient.StanzasAsync"/>;
    /// <c>DataDirectoryDiffers</c>, <c>StanzaOfOtherDatabase</c>, <c>StanzaOfOtherVersion</c>.
    /// </exception>
    public static async Task<InitializeStanza> PrepareAsync(DeploymentSession deployment, bool upgrade, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var client = deployment.PgBackRest.AtMost(timeLimit);
        var leader = (await FindPrimary.RunAsync(deployment, cancellation).ConfigureAwait(false)).Node;
        foreach (var repository in deployment.Topology.PgBackRest!.Repositories)
        {
            await RepositoryGuard.DemandAsync(RepositoryHost.Of(deployment, repository) ?? leader, repository, cancellation).ConfigureAwait(false);
        }

        var place = await deployment.Postgres.GetPlaceAsync(leader, cancellation).ConfigureAwait(false);
        var configured = await PgBackRestOnNode.ReadAsync(deployment, leader, cancellation).ConfigureAwait(false);
        if (configured.File.DataDirectories.GetValueOrDefault(client.Stanza) is { } path && path.TrimEnd('/') != place.DataDirectory.TrimEnd('/'))
        {
            throw DataDirectoryDiffers(leader, configured.Path, client.Stanza, path, place.DataDirectory);
        }

        var work = new InitializeStanza(deployment, leader, place, configured, await client.StanzasAsync(leader, cancellation).ConfigureAwait(false), upgrade, timeLimit);
        work.RequireFit();
        return work;
    }

    /// <summary>Makes the stanza where it is missing, reads it back from every repository, and has a WAL segment arrive there.</summary>
    /// <param name="permit">The yes to it.</param>
    /// <param name="archiveTimeout">How long the segment may take; null to switch none.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>The stanza in each repository.</returns>
    /// <exception cref="DrException"><c>RunHoldsNode</c>, <c>StanzaUnproven</c>, those of <see cref="PgBackRestErrors.From"/>.</exception>
    public async Task<IReadOnlyList<PgBackRestStanza>> RunAsync(ChangePermit permit, TimeSpan? archiveTimeout, CancellationToken cancellation)
    {
        var client = _deployment.PgBackRest.AtMost(_timeLimit);
        var leader = await SharedNode.OfAsync(await _deployment.Nodes.ChangingAsync(Leader, permit, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        if (!IsComplete)
        {
            await client.WorkOn(leader).MakeStanzaAsync(_upgrade && Found.Any(stanza => !IsOfThisDatabase(stanza)), _timeLimit, cancellation).ConfigureAwait(false);
        }

        var made = await client.StanzasAsync(leader, cancellation).ConfigureAwait(false);
        if (!IsMissingNowhere(made) || !made.All(IsOfThisDatabase))
        {
            throw StanzaUnproven(made);
        }

        if (archiveTimeout is { } limit)
        {
            await client.WorkOn(leader).CheckAsync(limit, cancellation).ConfigureAwait(false);
        }

        return [.. made.Select(stanza => stanza with { Change = ChangeOf(stanza), IsChecked = archiveTimeout is not null })];
    }

    private PgBackRestStanzaChange ChangeOf(PgBackRestStanza made) => Found.FirstOrDefault(before => before.Repository == made.Repository) switch
    {
        null => PgBackRestStanzaChange.Created,
        var before when before.PostgresVersion != made.PostgresVersion => PgBackRestStanzaChange.Upgraded,
        _ => PgBackRestStanzaChange.None,
    };

    private void RequireFit()
    {
        foreach (var stranger in Found.Where(stanza => !IsOfThisDatabase(stanza)))
        {
            // A dump and restore into a new cluster changes both; pg_upgrade makes a new system identifier too.
            if (stranger.PostgresVersion == $"{_place.Version}")
            {
                throw StanzaOfOtherDatabase(stranger);
            }

            if (!_upgrade)
            {
                throw StanzaOfOtherVersion(stranger);
            }
        }
    }

    private bool IsOfThisDatabase(PgBackRestStanza stanza) => stanza.SystemIdentifier == _place.SystemIdentifier && stanza.PostgresVersion == $"{_place.Version}";

    private bool IsMissingNowhere(IReadOnlyList<PgBackRestStanza> stanzas) =>
        _deployment.Topology.PgBackRest!.Repositories.All(repository => stanzas.Any(stanza => stanza.Repository == repository.Number));

    private static DrException DataDirectoryDiffers(INode node, string file, string stanza, string configured, string actual) => DrException.Of(
        DrErrorKind.Precondition,
        node.Name,
        $"Comparing pg1-path of stanza {stanza} in {file} with the running server",
        $"it is {configured}, and the server's data_directory is {actual}",
        "Correct postgres.dataDirectory in the topology file where that is wrong, then run Install-PgBackRestConfiguration.");

    private DrException StanzaOfOtherDatabase(PgBackRestStanza stanza) => DrException.Of(
        DrErrorKind.InvalidData,
        Leader.Name,
        $"Comparing the stanza {stanza.Name} in repository {stanza.Repository} with the running server",
        $"it is of the database with the system identifier {stanza.SystemIdentifier}, and the server's is {_place.SystemIdentifier}; it holds {stanza.Backups} backups",
        "Another cluster's backups lie there: take another stanza or another repository path. Only where that cluster is gone for good and its backups with it: pgbackrest stop and stanza-delete, by hand.");

    private DrException StanzaOfOtherVersion(PgBackRestStanza stanza) => DrException.Of(
        DrErrorKind.Precondition,
        Leader.Name,
        $"Comparing the stanza {stanza.Name} in repository {stanza.Repository} with the running server",
        $"it is of PostgreSQL {stanza.PostgresVersion}, and the server's version is {_place.Version}",
        "After a major upgrade run Initialize-PgBackRestStanza -Upgrade on the upgraded cluster, then take a full backup; else the stanza is another cluster's.");

    private DrException StanzaUnproven(IReadOnlyList<PgBackRestStanza> made) => DrException.Of(
        DrErrorKind.InvalidData,
        Leader.Name,
        $"Reading back the stanza {_deployment.PgBackRest.Stanza}",
        $"info names it in {(made.Count == 0 ? "no repository" : $"repository {string.Join(", ", made.Select(stanza => stanza.Repository))}")}, and the topology has {string.Join(", ", _deployment.Topology.PgBackRest!.Repositories.Select(one => one.Number))}",
        "Compare the node's configuration with the topology: Test-PgBackRestConfiguration.");
}
