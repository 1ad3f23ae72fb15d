using System.Buffers;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Topology;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>pgBackRest on the nodes of a deployment: one stanza, in the repositories that the nodes' own configuration names.</summary>
public sealed class PgBackRestClient
{
    private readonly string _stanza;
    private readonly string _user;
    private readonly string _hostUser;
    private readonly PgBackRestCommands _commands;
    private readonly IReadOnlyList<string> _configFiles;

    /// <summary>Prepares the client; nothing is asked yet.</summary>
    /// <param name="settings">The topology's section.</param>
    /// <param name="user">The operating-system user that owns PostgreSQL, and the repository where that has no host.</param>
    public PgBackRestClient(PgBackRestSettings settings, string user)
    {
        _stanza = settings.Stanza;
        _user = user;
        _hostUser = settings.HostUser;
        _commands = new PgBackRestCommands(settings.Stanza, user, settings.ConfigFile);
        _configFiles = settings.ConfigFile is { } file ? [file] : PlatformLayout.Debian.PgBackRestConfigFiles;
    }

    private PgBackRestClient(PgBackRestClient other, TimeSpan lookLimit)
    {
        (_stanza, _user, _hostUser, _configFiles) = (other._stanza, other._user, other._hostUser, other._configFiles);
        _commands = other._commands with { LookLimit = lookLimit };
    }

    /// <summary>The longest that one question takes where the caller does not say.</summary>
    public static TimeSpan DefaultTimeLimit => PgBackRestCommands.DefaultLookLimit;

    /// <summary>The stanza.</summary>
    public string Stanza => _stanza;

    /// <summary>The same, with another longest time for one question to pgBackRest that has none of its own.</summary>
    public PgBackRestClient Within(TimeSpan timeLimit) => new(this, timeLimit);

    /// <summary>The same, with a longest time for one question that is no longer than this, nor than is usual.</summary>
    internal PgBackRestClient AtMost(TimeSpan timeLimit) => Within(Shorter(timeLimit));

    /// <summary>A limit, or the usual one where that is shorter: for one of several questions within it.</summary>
    internal static TimeSpan Shorter(TimeSpan timeLimit) => timeLimit < DefaultTimeLimit ? timeLimit : DefaultTimeLimit;

    /// <summary>What changes the stanza, on a node.</summary>
    internal PgBackRestWork WorkOn(IChangingNode node) => new(On(node), node);

    /// <summary>The command that <see cref="PgBackRestWork.BackUpAsync"/> runs.</summary>
    public ChangingCommand BackupCommand(INode node, BackupRequest request) => On(node).Backup(request);

    /// <summary>The quickest of the commands that <see cref="ReadAsync"/> runs: whoever may run it may ask pgBackRest.</summary>
    public ObservingCommand StanzasCommand(INode node) => On(node).Stanzas(null);

    /// <summary>The sudo rules that the observing commands need on nodes.</summary>
    internal IEnumerable<SudoRule> ObservingRules(IEnumerable<DrTopologyNode> nodes) =>
        nodes.Select(UserOn).Distinct().SelectMany(user => PgBackRestRules.Observing(_commands with { User = user }, _configFiles));

    /// <summary>The user that pgBackRest runs as on a node: PostgreSQL's where that runs or a drill does, else the repository host's.</summary>
    internal string UserOn(DrTopologyNode node) => node.Roles.Contains(NodeRole.Postgres) || (node.Roles.Contains(NodeRole.Scratch) && !node.Roles.Contains(NodeRole.Repository)) ? _user : _hostUser;

    private FailureExplainer Explainer(INode node) => new(On(node), node);

    private PgBackRestCommands On(INode node) => _commands with { User = UserOn(node.Definition) };

    /// <summary>Reads what the repositories hold, as a node's pgBackRest sees them.</summary>
    /// <param name="node">The node to ask.</param>
    /// <param name="repository">One repository's number; null for all.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">
    /// <c>InfoUnreadable</c>, <c>RepositoriesDisagree</c>, those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>. A repository that
    /// cannot be read, or lacks the stanza, is a failure within the answer.
    /// </exception>
    public async Task<StanzaContent> ReadAsync(INode node, int? repository, CancellationToken cancellation)
    {
        var document = await InfoAsync(node, On(node).Info(repository), cancellation).ConfigureAwait(false);
        return await ContentAsync(node, document, cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads what the repositories hold of every stanza, as a node's pgBackRest sees them.</summary>
    /// <exception cref="DrException">Those of <see cref="ReadAsync"/>.</exception>
    public async Task<StanzaContent> ReadAllStanzasAsync(INode node, int? repository, CancellationToken cancellation)
    {
        var contents = new List<StanzaContent>();
        foreach (var document in InfoReader.All(await RunInfoAsync(node, On(node).InfoOfAll(repository), cancellation).ConfigureAwait(false), node.Name))
        {
            contents.Add(await ContentAsync(node, document, cancellation).ConfigureAwait(false));
        }

        return new StanzaContent([.. contents.SelectMany(content => content.Backups)], [.. contents.SelectMany(content => content.Failures)]);
    }

    /// <summary>Reads more of one set of this stanza: the files in which page checksums were wrong, and the options that it was made with.</summary>
    /// <exception cref="DrException">Those of <see cref="ReadAsync"/>.</exception>
    public async Task<PgBackRestBackup> ReadSetAsync(INode node, PgBackRestBackup backup, CancellationToken cancellation)
    {
        var document = await InfoAsync(node, On(node).Info(backup.Repository, backup.Label), cancellation).ConfigureAwait(false);
        var (kept, _) = await DrException.TryAsync(() => node.RunAsync(On(node).ReadSetLine(backup.Repository, backup.Label), cancellation)).ConfigureAwait(false);
        var options = kept is { ExitCode: 0 } ? BackupOptions.Read(kept.Output, backup.Label) : null;
        return InfoReader.Backups(document, node.Name) is [var set, ..]
            ? set with { PageErrorFiles = set.PageErrorFiles ?? [], Options = options, OptionsChecksum = options is null ? null : BackupOptions.Checksum(options) }
            : throw PgBackRestErrors.InfoUnreadable(node.Name, $"asked for the set {backup.Label}, it names none", null);
    }

    private async Task<StanzaContent> ContentAsync(INode node, InfoDocument document, CancellationToken cancellation)
    {
        var failures = new List<DrException>();
        foreach (var part in document.Repo)
        {
            if (await Explainer(node).OfStatusAsync(document.Name, part, cancellation).ConfigureAwait(false) is { } failure)
            {
                failures.Add(failure);
            }
        }

        if (document.Status.Code == StanzaStatus.DatabaseMismatch)
        {
            failures.Add(PgBackRestErrors.RepositoriesDisagree(node.Name, document.Name, document.Status.Message));
        }

        return new StanzaContent(InfoReader.Backups(document, node.Name), failures)
        {
            Repositories = [.. document.Repo.Where(part => part.Status.Code is StanzaStatus.Ok or StanzaStatus.NoBackup).Select(part => part.Key)],
        };
    }

    /// <summary>The last WAL segment that each repository holds, by the repository's number; null for one that holds none.</summary>
    /// <exception cref="DrException"><c>InfoUnreadable</c>, those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    public async Task<IReadOnlyDictionary<int, string?>> LastArchivedAsync(INode node, CancellationToken cancellation)
    {
        var document = await InfoAsync(node, On(node).Info(null), cancellation).ConfigureAwait(false);
        return document.Repo.ToDictionary(repository => repository.Key, repository => document.Archive.Where(part => part.Database.RepositoryKey == repository.Key).Max(part => part.Max));
    }

    /// <summary>Reads a configuration file of the node, secrets blotted out there; null where there is none.</summary>
    /// <exception cref="DrException"><c>ConfigurationUnreadable</c>, and those of <see cref="INode"/>.</exception>
    internal Task<string?> ReadConfigurationAsync(INode node, string path, CancellationToken cancellation) =>
        ReadFileAsync(node, On(node).ReadConfiguration(path), path, cancellation);

    /// <summary>Whose a configuration file is and who may read it, as <c>postgres:postgres 640</c>; null where there is none.</summary>
    /// <exception cref="DrException"><c>ConfigurationUnreadable</c>, and those of <see cref="INode"/>.</exception>
    internal async Task<string?> DescribeConfigurationAsync(INode node, string path, CancellationToken cancellation) =>
        (await ReadFileAsync(node, On(node).DescribeConfiguration(path), path, cancellation).ConfigureAwait(false))?.Trim();

    /// <summary>The names of the files that pgBackRest reads beside its configuration file.</summary>
    /// <exception cref="DrException"><c>ConfigurationUnreadable</c>, and those of <see cref="INode"/>.</exception>
    internal async Task<IReadOnlyList<string>> IncludedAsync(INode node, CancellationToken cancellation)
    {
        var listed = await ReadFileAsync(node, On(node).ListIncluded(), "the folder of included files", cancellation).ConfigureAwait(false);
        return [.. (listed ?? "").Split('\n').Where(name => name.EndsWith(".conf", StringComparison.Ordinal))];
    }

    /// <summary>What pgBackRest of the node says against its configuration, such as an option that it does not know; empty where it takes it as it is.</summary>
    /// <exception cref="DrException">Those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    internal async Task<IReadOnlyList<string>> ComplaintsAsync(INode node, CancellationToken cancellation)
    {
        var command = StanzasCommand(node);
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        return result.ExitCode == 0
            ? ConsoleLine.Split(result.Bytes).Warnings
            : throw PgBackRestErrors.From(node.Name, command, result.ExitCode, BackupConsole.ErrorIn(result.Error));
    }

    /// <summary>Reads what the repositories hold by a configuration file that is not in use: whether its passphrases and keys open them.</summary>
    /// <param name="node">The node.</param>
    /// <param name="configFile">The file there.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    internal async Task<IReadOnlyList<RepositoryTrial>> TryConfigurationAsync(INode node, string configFile, CancellationToken cancellation)
    {
        var document = await InfoAsync(node, On(node).Trial(configFile), cancellation).ConfigureAwait(false);
        return [.. document.Repo.Select(repository => repository.Status.Code switch
        {
            StanzaStatus.Ok or StanzaStatus.NoBackup or StanzaStatus.DatabaseMismatch => new RepositoryTrial(repository.Key, HasStanza: true, null),
            StanzaStatus.MissingPath => new RepositoryTrial(repository.Key, HasStanza: false, null),
            StanzaStatus.MissingData => new RepositoryTrial(repository.Key, HasStanza: false, PgBackRestErrors.StanzaIncomplete(node.Name, _stanza, repository.Key, repository.Status.Message)),
            _ => new RepositoryTrial(repository.Key, HasStanza: false, PgBackRestErrors.RepositoryUnreadable(node.Name, _stanza, repository.Key, repository.Status.Message)),
        })];
    }

    /// <summary>Reads, by repository, for which database the stanza was made; a repository without it is not there.</summary>
    /// <exception cref="DrException">A repository cannot be read, and those of <see cref="INode"/>.</exception>
    internal async Task<IReadOnlyList<PgBackRestStanza>> StanzasAsync(INode node, CancellationToken cancellation)
    {
        var document = await InfoAsync(node, On(node).Info(null), cancellation).ConfigureAwait(false);
        foreach (var repository in document.Repo.Where(one => one.Status.Code is not (StanzaStatus.Ok or StanzaStatus.NoBackup or StanzaStatus.MissingPath or StanzaStatus.DatabaseMismatch)))
        {
            throw (await Explainer(node).OfStatusAsync(_stanza, repository, cancellation).ConfigureAwait(false))!;
        }

        // The last database of a repository is the one that it is for now: an upgrade adds one.
        return [.. from database in document.Db
                   group database by database.RepositoryKey into known
                   let current = known.MaxBy(one => one.Id)!
                   orderby known.Key
                   select new PgBackRestStanza
                   {
                       Name = _stanza,
                       Repository = known.Key,
                       SystemIdentifier = $"{current.SystemId}",
                       PostgresVersion = current.Version,
                       Backups = document.Backup.Count(backup => backup.Database.RepositoryKey == known.Key),
                       Source = node.Name,
                   }];
    }

    /// <summary>The command that <see cref="PgBackRestWork.MakeStanzaAsync"/> runs.</summary>
    internal ChangingCommand MakeStanzaCommand(INode node, bool upgrade, TimeSpan timeLimit) => On(node).MakeStanza(upgrade, timeLimit);

    /// <summary>The command that <see cref="PgBackRestWork.ExpireAsync"/> runs.</summary>
    internal ChangingCommand ExpireCommand(INode node, ExpireRequest request) => On(node).Expire(request);

    /// <summary>Asks what <see cref="PgBackRestWork.ExpireAsync"/> would remove.</summary>
    /// <exception cref="DrException">Those of <see cref="PgBackRestWork.ExpireAsync"/>.</exception>
    internal async Task<ExpireReport> TryExpireAsync(INode node, ExpireRequest request, CancellationToken cancellation)
    {
        var command = On(node).TryExpire(request);
        var lines = new List<string>();
        var console = new BackupConsole(null, null);
        var result = await node.RunAsync(
            command,
            line =>
            {
                lines.Add(line);
                console.Take(line);
            },
            cancellation).ConfigureAwait(false);
        await Explainer(node).RequireEndAsync(command, request.Repository, console, result, cancellation).ConfigureAwait(false);
        return ExpireReport.Read(lines);
    }

    /// <summary>Reads one set back and demands that it can be relied on: it is there, its WAL is in the archive, and it has no page errors.</summary>
    /// <exception cref="DrException"><c>BackupUnproven</c>, <c>BackupHasPageErrors</c>, and those of <see cref="ReadAsync"/>.</exception>
    public async Task<PgBackRestBackup> ProveAsync(INode node, string label, int? repository, CancellationToken cancellation)
    {
        var content = await ReadAsync(node, repository, cancellation).ConfigureAwait(false);
        var backup = content.Backups.LastOrDefault(one => one.Label == label)
            ?? throw (content.Failures is [var failure, ..] ? failure : PgBackRestErrors.BackupUnproven(node.Name, $"pgBackRest named the new set {label}, and info does not list it"));
        if (backup.HasPageErrors == true)
        {
            throw PgBackRestErrors.BackupHasPageErrors(node.Name, label, (await ReadSetAsync(node, backup, cancellation).ConfigureAwait(false)).PageErrorFiles!);
        }

        await BackupWal.RequireAsync(new RepositoryReader(On(node), node), node.Name, backup, cancellation).ConfigureAwait(false);
        return backup;
    }

    /// <summary>The pgBackRests that work on the stanza's sets on a node now.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    internal async Task<IReadOnlyList<RunningBackRest>> RunningAsync(INode node, CancellationToken cancellation) =>
        RunningBackRest.Find(node.Name, _stanza, (await node.RunAsync(PgBackRestCommands.ListProcesses(), cancellation).ConfigureAwait(false)).Lines);

    /// <summary>The bytes that are free where a directory of a node lies; null where that cannot be told.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    internal Task<long?> FreeSpaceAsync(INode node, string directory, CancellationToken cancellation) => StorageSpace.FreeAsync(node, UserOn(node.Definition), directory, cancellation);

    /// <summary>Reads what one repository holds: its listings and histories, no content.</summary>
    /// <param name="node">The node to ask.</param>
    /// <param name="repository">Its number.</param>
    /// <param name="content">What <see cref="ReadAsync"/> told of it.</param>
    /// <param name="timeLimit">The longest that a listing may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException">Those of <see cref="RepositoryReader.ReadAsync"/>.</exception>
    internal Task<RepositoryContent> ListAsync(INode node, int repository, StanzaContent content, TimeSpan timeLimit, CancellationToken cancellation) =>
        new RepositoryReader(On(node), node).ReadAsync(repository, [.. content.Backups.Where(backup => backup.Repository == repository)], timeLimit, cancellation);

    /// <summary>Has pgBackRest read every file of a repository and compare it with its checksum.</summary>
    /// <param name="node">The node to ask.</param>
    /// <param name="repository">The repository's number.</param>
    /// <param name="timeLimit">The longest that it may take: as long as reading the whole repository does.</param>
    /// <param name="cancellation">Ends it on the node too.</param>
    /// <exception cref="DrException"><c>VerifyBroke</c>, those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    internal Task<VerifyReport> VerifyAsync(INode node, int repository, TimeSpan timeLimit, CancellationToken cancellation) =>
        VerifyReport.MakeAsync(node, On(node).Verify(repository, timeLimit), cancellation);

    /// <summary>The program and arguments that restore a set, for a unit of the node.</summary>
    internal IReadOnlyList<string> RestoreCommand(INode node, PgBackRestBackup set, PgRecoveryGoal goal, int timeline, string dataDirectory) =>
        On(node).Restore(set.Repository, set.Label, goal, timeline, dataDirectory);

    /// <summary>The program and arguments that restore a set beside the data in use, for a unit of the node.</summary>
    internal IReadOnlyList<string> RestoreBesideCommand(INode node, PgBackRestBackup set, PgRecoveryGoal goal, int timeline, ScratchPlace place, int processes) =>
        On(node).RestoreBeside(set.Repository, set.Label, goal, timeline, place, processes);

    /// <summary>The restore_command of a server that recovers there.</summary>
    internal string FetchBesideCommand(INode node, int repository, ScratchPlace place) => On(node).FetchBeside(repository, place);

    /// <summary>The program and arguments that fetch a WAL segment to a file of the node, the segment and the file left out.</summary>
    internal IReadOnlyList<string> FetchSegmentCommand(INode node, int repository) => On(node).FetchSegment(repository);

    /// <summary>Reads a WAL segment of an archive.</summary>
    /// <exception cref="DrException"><c>SegmentUnreadable</c>, and those of <see cref="INode"/>.</exception>
    internal async Task<WalReader> ReadSegmentAsync(INode node, int repository, string segment, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var command = On(node).ReadSegment(repository, segment, timeLimit);
        using var content = new MemoryStream();
        var result = await node.RunAsync(command, content, cancellation).ConfigureAwait(false);
        return content.Length == 0
            ? throw PgBackRestErrors.SegmentUnreadable(node.Name, command, BackupConsole.ErrorIn(result.Error))
            : new WalReader(content.GetBuffer().AsMemory(0, (int)content.Length));
    }

    private static async Task<string?> ReadFileAsync(INode node, ObservingCommand command, string path, CancellationToken cancellation)
    {
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        return result.ExitCode == 0 ? result.Output
            : result.Error.Contains("No such file or directory", StringComparison.Ordinal) ? null
            : throw PgBackRestErrors.ConfigurationUnreadable(node.Name, path, result.Error.Trim());
    }

    private async Task<InfoDocument> InfoAsync(INode node, ObservingCommand command, CancellationToken cancellation) =>
        InfoReader.Find(await RunInfoAsync(node, command, cancellation).ConfigureAwait(false), _stanza, node.Name);

    private static async Task<ReadOnlySequence<byte>> RunInfoAsync(INode node, ObservingCommand command, CancellationToken cancellation)
    {
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        return result.ExitCode == 0
            ? ConsoleLine.Split(result.Bytes).Answer
            : throw PgBackRestErrors.From(node.Name, command, result.ExitCode, BackupConsole.ErrorIn(result.Error));
    }
}
