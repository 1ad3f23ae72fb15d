using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// One stanza of <c>pgbackrest info --output=json</c>, as it is written: src/command/info/info.c in pgBackRest's source.
/// What is not needed is left out; what newer versions add is ignored.
/// </summary>
internal sealed record InfoDocument
{
    public required string Name { get; init; }

    public required StatusPart Status { get; init; }

    public IReadOnlyList<RepositoryPart> Repo { get; init; } = [];

    public IReadOnlyList<DatabasePart> Db { get; init; } = [];

    public IReadOnlyList<BackupPart> Backup { get; init; } = [];

    public IReadOnlyList<ArchivePart> Archive { get; init; } = [];

    /// <summary>Reads the document, which holds an entry for each stanza asked for.</summary>
    /// <exception cref="JsonException">It is not such a document.</exception>
    public static IReadOnlyList<InfoDocument> Read(string json) =>
        JsonSerializer.Deserialize(json, InfoJson.Default.IReadOnlyListInfoDocument) ?? throw new JsonException("The document is null.");

    internal sealed record StatusPart
    {
        public required int Code { get; init; }

        public required string Message { get; init; }
    }

    internal sealed record RepositoryPart
    {
        public required int Key { get; init; }

        public required StatusPart Status { get; init; }
    }

    internal sealed record DatabasePart
    {
        public required int Id { get; init; }

        [JsonPropertyName("repo-key")]
        public required int RepositoryKey { get; init; }

        [JsonPropertyName("system-id")]
        public required ulong SystemId { get; init; }

        public required string Version { get; init; }
    }

    internal sealed record ArchivePart
    {
        public required DatabaseReference Database { get; init; }

        /// <summary>The last segment; null where there is none.</summary>
        public string? Max { get; init; }
    }

    internal sealed record BackupPart
    {
        public required string Label { get; init; }

        public required string Type { get; init; }

        public string? Prior { get; init; }

        public IReadOnlyList<string>? Reference { get; init; }

        public required TextRange Archive { get; init; }

        public TextRange? Lsn { get; init; }

        public required ProgramPart Backrest { get; init; }

        public required DatabaseReference Database { get; init; }

        public required SizePart Info { get; init; }

        public required TimeRange Timestamp { get; init; }

        public bool? Error { get; init; }

        [JsonPropertyName("error-list")]
        public IReadOnlyList<string>? ErrorList { get; init; }

        public IReadOnlyDictionary<string, string>? Annotation { get; init; }
    }

    internal sealed record TextRange
    {
        public string? Start { get; init; }

        public string? Stop { get; init; }
    }

    internal sealed record TimeRange
    {
        public required long Start { get; init; }

        public required long Stop { get; init; }
    }

    internal sealed record ProgramPart
    {
        public required string Version { get; init; }
    }

    internal sealed record DatabaseReference
    {
        public required int Id { get; init; }

        [JsonPropertyName("repo-key")]
        public required int RepositoryKey { get; init; }
    }

    internal sealed record SizePart
    {
        public required long Size { get; init; }

        public required long Delta { get; init; }

        public required RepositorySizePart Repository { get; init; }
    }

    internal sealed record RepositorySizePart
    {
        public long? Size { get; init; }

        public required long Delta { get; init; }
    }
}
