using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Postgres;

namespace ZabbixDR.Engine.Operations.Transactions;

/// <summary>Which relation a file belongs to, by the catalogues of a server: each is read when a file of it comes first.</summary>
/// <param name="databases">The server's databases; none where no server answers: nothing has a name then.</param>
/// <param name="read">Reads the relations of a database.</param>
/// <param name="older">The catalogues of a server that is at an earlier moment, for what has no name here; null for none.</param>
internal sealed class RelationNames(IReadOnlyDictionary<uint, string> databases, Func<string, CancellationToken, Task<IReadOnlyList<PgRelation>>> read, RelationNames? older = null)
{
    private readonly Dictionary<uint, IReadOnlyDictionary<RelationFile, PgRelation>> _read = [];

    /// <summary>Opens the catalogues of a node's server.</summary>
    /// <param name="client">The servers.</param>
    /// <param name="node">The node.</param>
    /// <param name="older">The catalogues of a server that is at an earlier moment; null for none.</param>
    /// <param name="messages">Is told where a catalogue cannot be read.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<RelationNames> OpenAsync(PostgresClient client, INode node, RelationNames? older, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        return new RelationNames(
            await OrNothingAsync(() => client.GetDatabasesAsync(node, cancellation), new Dictionary<uint, string>()).ConfigureAwait(false),
            (database, token) => OrNothingAsync(() => client.GetRelationsAsync(node, database, token), []),
            older);

        async Task<T> OrNothingAsync<T>(Func<Task<T>> ask, T nothing)
            where T : class
        {
            var (answer, failure) = await DrException.TryAsync(ask).ConfigureAwait(false);
            if (failure is not null)
            {
                messages?.Report(new OperationMessage(IsWarning: true, $"Relations have numbers in the place of names: {failure.Message}"));
            }

            return answer ?? nothing;
        }
    }

    /// <summary>Opens the catalogues of the instance that a drill kept. One that is not there is an error: nobody would name it without wanting its names.</summary>
    /// <exception cref="DrException"><c>InstanceNotKept</c>, and those of <see cref="PostgresClient"/>.</exception>
    public static async Task<RelationNames> OfAsync(PgRestoreDrill drill, PostgresSettings settings, NodeSet nodes, CancellationToken cancellation)
    {
        var node = drill.KeptDirectory is null ? throw InstanceNotKept(drill) : nodes.Get(drill.Node);
        var client = new PostgresClient(settings with { SocketDirectory = StandaloneServer.FolderOf(drill.Id), MonitorUser = null });
        return new RelationNames(await client.GetDatabasesAsync(node, cancellation).ConfigureAwait(false), (database, token) => client.GetRelationsAsync(node, database, token));
    }

    /// <summary>The database's name; its object identifier where it has none any more.</summary>
    public string Database(RelationFile file) => databases.GetValueOrDefault(file.Database) ?? older?.Database(file) ?? $"{file.Database}";

    /// <summary>Reads what is needed to name these files.</summary>
    public async Task PrepareAsync(IEnumerable<RelationFile> files, CancellationToken cancellation)
    {
        foreach (var database in files.Where(file => !file.IsInitial).Select(file => file.Database).Distinct().Where(database => !_read.ContainsKey(database)).ToList())
        {
            _read[database] = await ReadAsync(database, cancellation).ConfigureAwait(false);
        }

        if (older is not null)
        {
            await older.PrepareAsync(files, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The relation that has the file now, or had it at the earlier moment; null where none has.</summary>
    public PgRelation? Find(RelationFile file) => (_read.TryGetValue(file.Database, out var relations) ? relations.GetValueOrDefault(file) : null) ?? older?.Find(file);

    private async Task<IReadOnlyDictionary<RelationFile, PgRelation>> ReadAsync(uint database, CancellationToken cancellation)
    {
        var found = new Dictionary<RelationFile, PgRelation>();
        if (databases.TryGetValue(database, out var name))
        {
            foreach (var relation in await read(name, cancellation).ConfigureAwait(false))
            {
                found[new RelationFile(relation.Tablespace, database, relation.FileNode)] = relation;
            }
        }

        return found;
    }

    private static DrException InstanceNotKept(PgRestoreDrill drill) => DrException.Of(
        DrErrorKind.InvalidInput,
        drill.Node,
        $"Looking for names in the drill {drill.Id}",
        "its instance was not kept",
        "Run Invoke-PgRestoreDrill with -Keep, to a target before what is looked for.");
}
