using System.Buffers;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>Turns <c>pgbackrest info --output=json</c> into records.</summary>
internal static class InfoReader
{
    private const int TimelineDigits = 8;

    /// <summary>Finds the stanza in a document.</summary>
    /// <exception cref="DrException"><c>InfoUnreadable</c>: it is no such document, or the stanza is not in it.</exception>
    public static InfoDocument Find(ReadOnlySequence<byte> json, string stanza, string node) =>
        // Asked for a stanza by its name, pgBackRest answers with that one even where nothing of it exists.
        All(json, node).FirstOrDefault(one => one.Name == stanza) ?? throw PgBackRestErrors.InfoUnreadable(node, $"it does not name the stanza {stanza}", null);

    /// <summary>The stanzas of the document.</summary>
    /// <exception cref="DrException"><c>InfoUnreadable</c>.</exception>
    public static IReadOnlyList<InfoDocument> All(ReadOnlySequence<byte> json, string node)
    {
        try
        {
            return Read(json);
        }
        catch (JsonException error)
        {
            throw PgBackRestErrors.InfoUnreadable(node, $"what it printed is not what it should be ({error.Message})", error);
        }
    }

    // JSON has no control characters in a text. pgBackRest has, where its message shows what it could not decipher.
    private static IReadOnlyList<InfoDocument> Read(ReadOnlySequence<byte> json)
    {
        try
        {
            return InfoDocument.Read(json);
        }
        catch (JsonException)
        {
            return InfoDocument.Read(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(PgBackRestErrors.Legible(Encoding.UTF8.GetString(json)))));
        }
    }

    /// <summary>The sets, in the document's order: oldest first.</summary>
    /// <exception cref="DrException"><c>InfoUnreadable</c>.</exception>
    public static IReadOnlyList<PgBackRestBackup> Backups(InfoDocument stanza, string node) =>
        [.. stanza.Backup.Select(backup => Describe(stanza, backup, node))];

    private static PgBackRestBackup Describe(InfoDocument stanza, InfoDocument.BackupPart backup, string node)
    {
        var repository = backup.Database.RepositoryKey;
        var database = DatabaseOf(stanza, backup)
            ?? throw PgBackRestErrors.InfoUnreadable(node, $"set {backup.Label} refers to a database {backup.Database.Id} that repository {repository} does not list", null);
        return new PgBackRestBackup
        {
            Stanza = stanza.Name,
            Label = backup.Label,
            Type = Enum.TryParse<PgBackRestBackupType>(backup.Type, ignoreCase: true, out var type)
                ? type
                : throw PgBackRestErrors.InfoUnreadable(node, $"set {backup.Label} is of an unknown type, {backup.Type}", null),
            Repository = repository,
            StartedAt = DateTimeOffset.FromUnixTimeSeconds(backup.Timestamp.Start),
            StoppedAt = DateTimeOffset.FromUnixTimeSeconds(backup.Timestamp.Stop),
            DatabaseSize = backup.Info.Size,
            DatabaseBackupSize = backup.Info.Delta,
            RepositorySize = backup.Info.Repository.Size,
            RepositoryBackupSize = backup.Info.Repository.Delta,
            WalStart = backup.Archive.Start,
            WalStop = backup.Archive.Stop,
            Timeline = TimelineOf(backup.Archive.Start),
            LsnStart = backup.Lsn?.Start,
            LsnStop = backup.Lsn?.Stop,
            Prior = backup.Prior,
            References = backup.Reference ?? [],
            HasPageErrors = backup.Error,
            PageErrorFiles = backup.ErrorList,
            Annotations = backup.Annotation ?? ReadOnlyDictionary<string, string>.Empty,
            PgBackRestVersion = backup.Backrest.Version,
            DatabaseId = database.Id,
            DatabaseVersion = database.Version,
            SystemIdentifier = database.SystemIdentifier,
            Source = node,
        };
    }

    private static InfoDocument.DatabasePart? DatabaseOf(InfoDocument stanza, InfoDocument.BackupPart backup)
    {
        foreach (var database in stanza.Db)
        {
            if (database.Id == backup.Database.Id && database.RepositoryKey == backup.Database.RepositoryKey)
            {
                return database;
            }
        }

        return null;
    }

    // A WAL segment's name is three numbers of eight hexadecimal digits; the first is the timeline.
    private static int? TimelineOf(string? segment) =>
        segment is { Length: > TimelineDigits } && int.TryParse(segment.AsSpan(0, TimelineDigits), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var timeline)
            ? timeline
            : null;
}
