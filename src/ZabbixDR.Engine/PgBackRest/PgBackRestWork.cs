using System.Diagnostics;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.PgBackRest;

/// <summary>What changes a stanza: it is made, backed up and cut back, by a node's own pgBackRest.</summary>
/// <param name="commands">pgBackRest's commands on that node.</param>
/// <param name="node">The node.</param>
internal sealed class PgBackRestWork(PgBackRestCommands commands, IChangingNode node)
{
    // A push of one segment takes some tenths of a second, and a busy primary's pushes leave gaps as long; a try costs pgBackRest's start.
    private static readonly TimeSpan PushInterval = TimeSpan.FromSeconds(0.5);

    private readonly FailureExplainer _explainer = new(commands, node);

    /// <summary>
    /// Makes the stanza on the primary, or brings it up to a new version of PostgreSQL. It needs the lock that each push of WAL holds, on the node and
    /// on the repository's host, and pgBackRest does not wait for it: it is asked again between two pushes. What it has done by then stays as it is.
    /// </summary>
    /// <param name="upgrade">Whether the stanza is there, for an older version.</param>
    /// <param name="timeLimit">The longest that all tries may take together.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>LockHeld</c>; those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    public async Task MakeStanzaAsync(bool upgrade, TimeSpan timeLimit, CancellationToken cancellation)
    {
        var command = commands.MakeStanza(upgrade, timeLimit);
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var begun = clock.Elapsed;
            var result = await node.RunAsync(command with { TimeLimit = timeLimit - begun }, cancellation).ConfigureAwait(false);

            // A last try that is broken off would say that it took too long, where the lock was in its way all along.
            var next = 2 * (clock.Elapsed - begun);
            if (!MetPush(result) || clock.Elapsed + PushInterval + next > timeLimit)
            {
                await RequireDoneAsync(command, result, cancellation).ConfigureAwait(false);
                return;
            }

            await Task.Delay(PushInterval, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Switches a WAL segment on the primary and waits until every repository has it.</summary>
    /// <exception cref="DrException">Those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    public async Task CheckAsync(TimeSpan archiveTimeout, CancellationToken cancellation)
    {
        var command = commands.Check(archiveTimeout);
        await RequireDoneAsync(command, await node.RunAsync(command, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
    }

    /// <summary>Takes a backup on the node, which must be the repository's host or the primary, and gives the new set's label as pgBackRest told it.</summary>
    /// <param name="request">The backup that is wanted.</param>
    /// <param name="progress">Is told how far it is.</param>
    /// <param name="messages">Is told what pgBackRest says.</param>
    /// <param name="cancellation">Ends the backup on the node too; its lock is free then.</param>
    /// <exception cref="DrException">
    /// <c>LockHeld</c>, <c>StanzaMissing</c>, <c>RepositoryMissing</c>, <c>NotOnPrimary</c>, <c>ExpireFailed</c>, <c>BackupUnproven</c>, the others of
    /// <see cref="PgBackRestErrors.From"/> and those of <see cref="INode"/>.
    /// </exception>
    public async Task<string> BackUpAsync(BackupRequest request, IProgress<OperationProgress>? progress, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var command = commands.Backup(request);
        var console = new BackupConsole(progress, messages);
        var result = await node.RunAsync(command, console.Take, cancellation).ConfigureAwait(false);
        console.Finish();
        if (result.ExitCode == 0)
        {
            return console.NewLabel ?? throw PgBackRestErrors.BackupUnproven(node.Name, "pgBackRest ended well without naming a new set");
        }

        var text = console.Error ?? BackupConsole.ErrorIn(result.Error);
        throw console.NewLabel is { } label
            ? PgBackRestErrors.ExpireFailed(node.Name, command, label, result.ExitCode, text)
            : await _explainer.ExplainAsync(command, request.Repository, result.ExitCode, text, cancellation).ConfigureAwait(false);
    }

    /// <summary>Removes a set with all that builds on it, or what retention no longer covers.</summary>
    /// <exception cref="DrException"><c>LockHeld</c>, those of <see cref="PgBackRestErrors.From"/> and of <see cref="INode"/>.</exception>
    public async Task ExpireAsync(ExpireRequest request, IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        var command = commands.Expire(request);
        var console = new BackupConsole(null, messages);
        var result = await node.RunAsync(command, console.Take, cancellation).ConfigureAwait(false);
        await _explainer.RequireEndAsync(command, request.Repository, console, result, cancellation).ConfigureAwait(false);
    }

    private async Task RequireDoneAsync(ChangingCommand command, CommandResult result, CancellationToken cancellation)
    {
        if (result.ExitCode != 0)
        {
            throw await _explainer.ExplainAsync(command, null, result.ExitCode, WithWarning(result.Error), cancellation).ConfigureAwait(false);
        }
    }

    private static bool MetPush(CommandResult result) =>
        result.ExitCode == FailureExplainer.LockNotAcquired && LockFile.IsOfArchive(BackupConsole.ErrorIn(result.Error));

    // Where no server answers, the error says that there is no primary, and a warning before it why: a wrong port, a server that is down.
    private static string WithWarning(string standardError)
    {
        var error = BackupConsole.ErrorIn(standardError);
        var warning = standardError.Split('\n').Select(ConsoleLine.Read).FirstOrDefault(line => line is { Level: "WARN" } && line.Text.Contains("DbConnectError", StringComparison.Ordinal));
        return warning is null ? error : $"{warning.Text}. {error}";
    }
}
