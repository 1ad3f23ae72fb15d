using System.Text;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>Finds out on a node what an error of pgBackRest leaves open: who holds a lock, how much room is left, whether the stanza or all of the storage is away.</summary>
/// <param name="commands">pgBackRest's commands on that node.</param>
/// <param name="node">The node.</param>
internal sealed class FailureExplainer(PgBackRestCommands commands, INode node)
{
    /// <summary>The exit code of a pgBackRest that another one's lock kept from its work (build/error.yaml, lock-acquire).</summary>
    public const int LockNotAcquired = 50;

    private const string NoStanzaHint = "has a stanza-create been performed";

    /// <summary>Explains an exit code and the message that came with it.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public async Task<DrException> ExplainAsync(NodeCommand command, int? repository, int code, string text, CancellationToken cancellation)
    {
        if (code == LockNotAcquired && LockFile.PathIn(text) is { } path)
        {
            var holder = LockFile.HostIn(text) is { } host
                ? $"{path} is held on {host}"
                : await LockFile.HolderAsync(node, commands.User, path, cancellation).ConfigureAwait(false);
            return PgBackRestErrors.LockHeld(node.Name, command, text, holder);
        }

        if (StorageSpace.DirectoryIn(text) is { } directory
            && await StorageSpace.TooLittleAsync(node, commands.User, directory, cancellation).ConfigureAwait(false) is { } free)
        {
            return PgBackRestErrors.NoSpaceLeft(node.Name, command, code, $"{text}. {ByteSize.ToText(free)} are free there");
        }

        // A file that cannot be opened for lack of rights carries the same hint.
        return text.Contains(NoStanzaHint, StringComparison.Ordinal) && text.Contains("FileMissingError", StringComparison.Ordinal)
            ? await MissingAsync(commands.Stanza, repository, cancellation).ConfigureAwait(false)
            : PgBackRestErrors.From(node.Name, command, code, text);
    }

    /// <summary>Demands that a command ended well, by its exit code; what it said is in its console.</summary>
    /// <exception cref="DrException">Those of <see cref="ExplainAsync"/>.</exception>
    public async Task RequireEndAsync(NodeCommand command, int? repository, BackupConsole console, CommandResult result, CancellationToken cancellation)
    {
        console.Finish();
        if (result.ExitCode != 0)
        {
            throw await ExplainAsync(command, repository, result.ExitCode, console.Error ?? BackupConsole.ErrorIn(result.Error), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Explains what <c>info</c> says of a repository, which exits with 0 whatever it finds; null where the stanza is there.</summary>
    /// <exception cref="DrException">Those of <see cref="INode"/>.</exception>
    public async Task<DrException?> OfStatusAsync(string stanza, InfoDocument.RepositoryPart repository, CancellationToken cancellation) => repository.Status.Code switch
    {
        StanzaStatus.Ok or StanzaStatus.NoBackup => null,
        StanzaStatus.MissingPath => await MissingAsync(stanza, repository.Key, cancellation).ConfigureAwait(false),
        StanzaStatus.MissingData => PgBackRestErrors.StanzaIncomplete(node.Name, stanza, repository.Key, repository.Status.Message),
        _ => PgBackRestErrors.RepositoryUnreadable(node.Name, stanza, repository.Key, repository.Status.Message),
    };

    // "No such stanza" is all that pgBackRest says, also where the whole storage is not there.
    private async Task<DrException> MissingAsync(string stanza, int? repository, CancellationToken cancellation)
    {
        var command = commands.Stanzas(repository);
        var result = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        return (result.ExitCode, (result with { Output = Encoding.UTF8.GetString(ConsoleLine.Split(result.Bytes).Answer) }).Lines) switch
        {
            (not 0, _) => PgBackRestErrors.From(node.Name, command, result.ExitCode, BackupConsole.ErrorIn(result.Error)),
            (_, []) => PgBackRestErrors.RepositoryMissing(node.Name, stanza, repository),
            var (_, stanzas) => PgBackRestErrors.StanzaMissing(node.Name, stanza, repository, stanzas),
        };
    }
}
