using System.Text;
using System.Text.Json;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>Reads what a repository holds from its listings and the history files of its timelines: no content of a set, and no WAL.</summary>
internal sealed class RepositoryReader(PgBackRestCommands commands, INode node)
{
    /// <summary>Reads one repository.</summary>
    /// <param name="repository">Its number.</param>
    /// <param name="backups">Its sets, as info told them.</param>
    /// <param name="timeLimit">The longest that one listing may take. It grows with the number of files.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>ListingUnreadable</c>, those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    public async Task<RepositoryContent> ReadAsync(int repository, IReadOnlyList<PgBackRestBackup> backups, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var listing = ListAsync(commands.ListManifests(repository, timeLimit), cancellation);
        var archived = ListAsync(commands.ListArchive(repository, timeLimit), cancellation);
        await Task.WhenAll(listing, archived).ConfigureAwait(false);
        var manifests = await listing.ConfigureAwait(false);
        var archives = WalArchive.Of(await archived.ConfigureAwait(false), backups);
        var withWays = new List<WalArchive>();
        foreach (var archive in archives)
        {
            withWays.Add(archive with { Ways = await WaysAsync(repository, archive, backups, cancellation).ConfigureAwait(false) });
        }

        return new RepositoryContent(repository, node.Name, backups, withWays, manifests.ToDictionary(file => file.Path, StringComparer.Ordinal));
    }

    /// <summary>The names of the WAL segments that are whole in one folder of the archive.</summary>
    /// <exception cref="DrException"><c>ListingUnreadable</c>, those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    public async Task<IReadOnlySet<string>> SegmentsAsync(int repository, string archive, string folder, CancellationToken cancellation)
    {
        var files = await ListAsync(commands.ListSegments(repository, archive, folder), cancellation).ConfigureAwait(false);
        return files.Select(file => WalArchive.SegmentIn(file.Path)).OfType<string>().ToHashSet(StringComparer.Ordinal);
    }

    private async Task<Dictionary<int, TimelineWay>> WaysAsync(int repository, WalArchive archive, IReadOnlyList<PgBackRestBackup> backups, CancellationToken cancellation)
    {
        var ways = archive.Segments.Keys.Select(segment => segment.Timeline)
            .Concat(backups.Where(backup => backup.DatabaseId == archive.DatabaseId).Select(backup => backup.Timeline).OfType<int>())
            .Distinct().ToDictionary(timeline => timeline, TimelineWay.Alone);
        foreach (var timeline in archive.Histories)
        {
            var result = await RunAsync(commands.ReadHistory(repository, archive.Id, timeline), cancellation).ConfigureAwait(false);
            ways[timeline] = TimelineWay.Parse(result.Output, timeline) ?? TimelineWay.Alone(timeline);
        }

        return ways;
    }

    private async Task<IEnumerable<RepositoryFile>> ListAsync(ObservingCommand command, CancellationToken cancellation)
    {
        var result = await RunAsync(command, cancellation).ConfigureAwait(false);
        try
        {
            return RepositoryListing.Files(result.Output);
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw PgBackRestErrors.ListingUnreadable(node.Name, command, error);
        }
    }

    private async Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation)
    {
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        return result.ExitCode == 0 ? result with { Output = Encoding.UTF8.GetString(ConsoleLine.Split(result.Bytes).Answer) } : throw PgBackRestErrors.From(node.Name, command, result.ExitCode, BackupConsole.ErrorIn(result.Error));
    }
}
