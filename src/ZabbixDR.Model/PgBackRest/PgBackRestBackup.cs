namespace ZabbixDR;

/// <summary>A backup set as <c>pgbackrest info --output=json</c> describes it. Sizes are in bytes, times in UTC.</summary>
public sealed record PgBackRestBackup
{
    /// <summary>The stanza that it belongs to.</summary>
    public required string Stanza { get; init; }

    /// <summary>The set's name, such as <c>20260314-024512F</c>; the same label may stand in another repository too.</summary>
    public required string Label { get; init; }

    /// <summary>What it holds by itself.</summary>
    public required PgBackRestBackupType Type { get; init; }

    /// <summary>The number of the repository that it lies in, as in <c>repo1</c>.</summary>
    public required int Repository { get; init; }

    /// <summary>When it was begun.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended. Recovery to a time before this needs an older set.</summary>
    public required DateTimeOffset StoppedAt { get; init; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration => StoppedAt - StartedAt;

    /// <summary>The whole database at that time, uncompressed.</summary>
    public required long DatabaseSize { get; init; }

    /// <summary>What this set itself copied of the database, uncompressed; for a full set the same as <see cref="DatabaseSize"/>.</summary>
    public required long DatabaseBackupSize { get; init; }

    /// <summary>What a restore of it reads from the repository, its references included; null where block increments leave it unknown.</summary>
    public long? RepositorySize { get; init; }

    /// <summary>What it added to the repository.</summary>
    public required long RepositoryBackupSize { get; init; }

    /// <summary>The first WAL segment that it needs to be consistent; null for an offline backup.</summary>
    public string? WalStart { get; init; }

    /// <summary>The last WAL segment that it needs to be consistent; null for an offline backup.</summary>
    public string? WalStop { get; init; }

    /// <summary>The timeline that it was taken on, from <see cref="WalStart"/>; null where there is none.</summary>
    public int? Timeline { get; init; }

    /// <summary>The log position at its start; null where the set was made by a pgBackRest that did not record it.</summary>
    public string? LsnStart { get; init; }

    /// <summary>The log position at its end; null as <see cref="LsnStart"/>.</summary>
    public string? LsnStop { get; init; }

    /// <summary>The set that it builds on directly; null for a full one.</summary>
    public string? Prior { get; init; }

    /// <summary>Every set whose files it needs; empty for a full one.</summary>
    public required IReadOnlyList<string> References { get; init; }

    /// <summary>Whether page checksums were found wrong while it was taken; null where the set does not say.</summary>
    public bool? HasPageErrors { get; init; }

    /// <summary>The files in which they were; null unless the set was asked for by its label.</summary>
    public IReadOnlyList<string>? PageErrorFiles { get; init; }

    /// <summary>
    /// The options that it was made with, by pgBackRest's names, such as <c>archive-check</c>; null unless the set was asked for by its label, and
    /// where they cannot be read.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Options { get; init; }

    /// <summary>
    /// SHA-256 of <see cref="Options"/>, a line <c>name=value</c> each in the order of the names: sets with the same were made alike. Null where those are.
    /// </summary>
    public string? OptionsChecksum { get; init; }

    /// <summary>Notes that were attached to it.</summary>
    public required IReadOnlyDictionary<string, string> Annotations { get; init; }

    /// <summary>The version of pgBackRest that made it.</summary>
    public required string PgBackRestVersion { get; init; }

    /// <summary>The database's number in the stanza's history: it rises with each <c>stanza-upgrade</c>.</summary>
    public required int DatabaseId { get; init; }

    /// <summary>PostgreSQL's version of that database, such as <c>17</c>.</summary>
    public required string DatabaseVersion { get; init; }

    /// <summary>PostgreSQL's system identifier of that database, as <c>pg_controldata</c> prints it.</summary>
    public required string SystemIdentifier { get; init; }

    /// <summary>The node whose pgBackRest told this.</summary>
    public required string Source { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Label;
}
