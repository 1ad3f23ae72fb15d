using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>
/// One stanza of <c>pgbackrest info --output=json</c>, as it is written: src/command/info/info.c in pgBackRest's source.
/// What is not needed is left out; what newer versions add is ignored. With setters and structs: there can be ten thousand sets, and what is
/// required or only initialised costs the generated reader a box for each value.
/// </summary>
internal sealed record InfoDocument
{
    [JsonRequired]
    public string Name { get; set; } = "";

    [JsonRequired]
    public StatusPart Status { get; set; } = new();

    public IReadOnlyList<RepositoryPart> Repo { get; set; } = [];

    public IReadOnlyList<DatabasePart> Db { get; set; } = [];

    public IReadOnlyList<BackupPart> Backup { get; set; } = [];

    public IReadOnlyList<ArchivePart> Archive { get; set; } = [];

    /// <summary>Reads the document, which holds an entry for each stanza asked for.</summary>
    /// <exception cref="JsonException">It is not such a document.</exception>
    public static IReadOnlyList<InfoDocument> Read(ReadOnlySequence<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        return JsonSerializer.Deserialize(ref reader, InfoJson.Default.IReadOnlyListInfoDocument) ?? throw new JsonException("The document is null.");
    }

    internal sealed record StatusPart
    {
        [JsonRequired]
        public int Code { get; set; }

        [JsonRequired]
        public string Message { get; set; } = "";
    }

    internal sealed record RepositoryPart
    {
        [JsonRequired]
        public int Key { get; set; }

        [JsonRequired]
        public StatusPart Status { get; set; } = new();
    }

    internal sealed record DatabasePart
    {
        [JsonRequired]
        public int Id { get; set; }

        [JsonPropertyName("repo-key")]
        [JsonRequired]
        public int RepositoryKey { get; set; }

        [JsonPropertyName("system-id")]
        [JsonRequired]
        public ulong SystemId { get; set; }

        /// <summary>The same as text, once for all the sets of the database.</summary>
        [JsonIgnore]
        public string SystemIdentifier => field ??= SystemId.ToString(CultureInfo.InvariantCulture);

        [JsonRequired]
        public string Version { get; set; } = "";
    }

    internal sealed record ArchivePart
    {
        [JsonRequired]
        public DatabaseReference Database { get; set; }

        /// <summary>The last segment; null where there is none.</summary>
        public string? Max { get; set; }
    }

    internal sealed record BackupPart
    {
        [JsonRequired]
        public string Label { get; set; } = "";

        [JsonRequired]
        public string Type { get; set; } = "";

        public string? Prior { get; set; }

        public IReadOnlyList<string>? Reference { get; set; }

        [JsonRequired]
        public TextRange Archive { get; set; }

        public TextRange? Lsn { get; set; }

        [JsonRequired]
        public ProgramPart Backrest { get; set; }

        [JsonRequired]
        public DatabaseReference Database { get; set; }

        [JsonRequired]
        public SizePart Info { get; set; }

        [JsonRequired]
        public TimeRange Timestamp { get; set; }

        public bool? Error { get; set; }

        [JsonPropertyName("error-list")]
        public IReadOnlyList<string>? ErrorList { get; set; }

        public IReadOnlyDictionary<string, string>? Annotation { get; set; }
    }

    internal record struct TextRange
    {
        public string? Start { get; set; }

        public string? Stop { get; set; }
    }

    internal record struct TimeRange
    {
        [JsonRequired]
        public long Start { get; set; }

        [JsonRequired]
        public long Stop { get; set; }
    }

    internal record struct ProgramPart
    {
        [JsonRequired]
        public string Version { get; set; }
    }

    internal record struct DatabaseReference
    {
        [JsonRequired]
        public int Id { get; set; }

        [JsonPropertyName("repo-key")]
        [JsonRequired]
        public int RepositoryKey { get; set; }
    }

    internal record struct SizePart
    {
        [JsonRequired]
        public long Size { get; set; }

        [JsonRequired]
        public long Delta { get; set; }

        [JsonRequired]
        public RepositorySizePart Repository { get; set; }
    }

    internal record struct RepositorySizePart
    {
        public long? Size { get; set; }

        [JsonRequired]
        public long Delta { get; set; }
    }
}
