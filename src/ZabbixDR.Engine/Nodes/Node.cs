using System.Text;

namespace ZabbixDR.Engine.Nodes;

/// <summary>A node over any transport: users, time limits and errors are the same for all.</summary>
internal sealed class Node : IChangingNode, IAsyncDisposable
{
    private const int OutputLimit = 64 * 1024 * 1024;
    private const int ErrorTail = 64 * 1024;

    private readonly INodeTransport _transport;
    private readonly AccessSettings _access;
    private readonly BecomePassword _becomePassword;

    /// <summary>Makes the node; nothing is connected yet.</summary>
    /// <param name="definition">The node as the topology has it.</param>
    /// <param name="access">How commands become another user's.</param>
    /// <param name="transport">The way to it.</param>
    /// <param name="becomePassword">Finds the password that sudo asks for.</param>
    public Node(DrTopologyNode definition, AccessSettings access, INodeTransport transport, BecomePassword becomePassword)
    {
        Definition = definition;
        _access = access;
        _transport = transport;
        _becomePassword = becomePassword;
    }

    public DrTopologyNode Definition { get; }

    private string Name => Definition.Name;

    public Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation) => CaptureAsync(command, cancellation);

    public Task<CommandResult> RunAsync(ObservingCommand command, Action<string> onLine, CancellationToken cancellation) =>
        ReadLinesAsync(command, onLine, cancellation);

    public Task<CommandResult> RunAsync(ObservingCommand command, Stream destination, CancellationToken cancellation) =>
        ExecuteAsync(command, ChannelUse.Bulk, (process, stop) => process.CopyOutputAsync(destination, stop), () => false, cancellation);

    public Task<CommandResult> RunAsync(ChangingCommand command, CancellationToken cancellation) => CaptureAsync(command, cancellation);

    public Task<CommandResult> RunAsync(ChangingCommand command, Action<string> onLine, CancellationToken cancellation) =>
        ReadLinesAsync(command, onLine, cancellation);

    public async Task<Stream> ConverseAsync(ObservingCommand command, CancellationToken cancellation)
    {
        var invocation = Invocation.Of(command, BecomeFor(command, cancellation), isConversation: true);
        var process = await _transport.StartAsync(invocation.Vector, ChannelUse.Command, cancellation).ConfigureAwait(false);
        var conversation = new ProcessStream(process, (end, error) => Judge(command, end, error));
        try
        {
            // A program that did not wait for it says why when its end is read.
            await TryTellAsync(process, invocation.Opening, cancellation).ConfigureAwait(false);
            return conversation;
        }
        catch
        {
            await conversation.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task WriteFileAsync(string path, Stream content, long length, FileAttributesOnNode attributes, TimeSpan timeLimit, CancellationToken cancellation) =>
        CaptureAsync(AtomicFile.Write(path, content, length, attributes) with { TimeLimit = timeLimit }, cancellation);

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private async Task<CommandResult> CaptureAsync(NodeCommand command, CancellationToken cancellation)
    {
        var captured = new CapturedOutput();
        var result = await ExecuteAsync(command, command.Use == ChannelUse.Command ? null : command.Use, (process, stop) => BoundedCopyAsync(command, process.Output, captured, stop), StartAnew, cancellation).ConfigureAwait(false);
        return new CommandResult(result.ExitCode, captured, result.Error);

        bool StartAnew()
        {
            captured.Clear();
            return true;
        }
    }

    private Task<CommandResult> ReadLinesAsync(NodeCommand command, Action<string> onLine, CancellationToken cancellation)
    {
        var given = 0;
        return ExecuteAsync(command, ChannelUse.Command, ReadAsync, () => given == 0, cancellation);

        async Task ReadAsync(INodeProcess process, CancellationToken stop)
        {
            using var reader = new StreamReader(process.Output, Encoding.UTF8, leaveOpen: true);
            while (await reader.ReadLineAsync(stop).ConfigureAwait(false) is { } line)
            {
                given++;
                onLine(line);
            }
        }
    }

    /// <summary>
    /// Runs a command within its time limit. A connection that stood idle may have been dropped by a firewall, or its host started
    /// again, and the next command is what finds out: one that only looks is then run once more, on a new connection, where
    /// nothing of its output was given away. One that changes something is not: what it had done by then is not known.
    /// </summary>
    /// <param name="command">What to run.</param>
    /// <param name="use">What its channel carries; null for an answer, which needs no channel of its own.</param>
    /// <param name="drain">Reads its output.</param>
    /// <param name="startAnew">Forgets what was read, and says whether that can be done.</param>
    /// <param name="cancellation">Ends the wait.</param>
    private async Task<CommandResult> ExecuteAsync(
        NodeCommand command, ChannelUse? use, Func<INodeProcess, CancellationToken, Task> drain, Func<bool> startAnew, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(command.TimeLimit);
        try
        {
            try
            {
                return await AttemptAsync(command, use, drain, limit.Token).ConfigureAwait(false);
            }
            catch (DrException lost) when (command is ObservingCommand { Input: null } && NodeErrors.IsConnectionLost(lost) && startAnew())
            {
                return await AttemptAsync(command, use, drain, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (limit.IsCancellationRequested && error is not DrException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw NodeErrors.CommandTimedOut(Name, command, error);
        }
    }

    private async Task<CommandResult> AttemptAsync(NodeCommand command, ChannelUse? use, Func<INodeProcess, CancellationToken, Task> drain, CancellationToken limit)
    {
        try
        {
            var invocation = Invocation.Of(command, BecomeFor(command, limit), isConversation: false);
            var process = await (use is { } own ? _transport.StartAsync(invocation.Vector, own, limit) : _transport.StartAsync(invocation, limit)).ConfigureAwait(false);
            await using (process.ConfigureAwait(false))
            {
                // The reads below block in the transport: only closing the channel ends them at once.
                using var abort = limit.Register(process.Abort);
                var error = new MemoryStream();
                await Task.WhenAll(
                    OrAbortAsync(drain(process, limit), process),
                    OrAbortAsync(KeepTailAsync(process.Error, error, limit), process),
                    FeedAsync(process, invocation.Opening, command.Input, limit)).ConfigureAwait(false);
                var end = await process.Ended.WaitAsync(limit).ConfigureAwait(false);
                limit.ThrowIfCancellationRequested();
                return Judge(command, end, Tail(error));
            }
        }
        catch (Exception error) when (!limit.IsCancellationRequested && error is not DrException and not OperationCanceledException)
        {
            throw NodeErrors.ConnectionLost(Name, command, error);
        }
    }

    private CommandResult Judge(NodeCommand command, ProcessEnd end, string error)
    {
        if (end.ExitCode is { } code && command.AcceptedExitCodes.Contains(code))
        {
            return new CommandResult(code, "", error);
        }

        throw NodeErrors.From(Name, command, end, error);
    }

    private Become? BecomeFor(NodeCommand command, CancellationToken cancellation)
    {
        if (command.User is not { } user || user == _transport.LoginUser)
        {
            return null;
        }

        return _access.BecomeMethod == BecomeMethod.Sudo
            ? new Become(user, _becomePassword.Read(cancellation))
            : throw NodeErrors.BecomeImpossible(Name, command, user, _transport.LoginUser);
    }

    // A program whose output nobody reads any more would block until its time limit, and keep us waiting for its other stream.
    private static async Task OrAbortAsync(Task reading, INodeProcess process)
    {
        try
        {
            await reading.ConfigureAwait(false);
        }
        catch
        {
            process.Abort();
            throw;
        }
    }

    private async Task BoundedCopyAsync(NodeCommand command, Stream source, CapturedOutput captured, CancellationToken cancellation)
    {
        int read;
        while ((read = await source.ReadAsync(captured.Room, cancellation).ConfigureAwait(false)) > 0)
        {
            captured.Take(read);
            if (captured.Length > OutputLimit)
            {
                throw NodeErrors.OutputTooLarge(Name, command, OutputLimit);
            }
        }
    }

    internal static async Task KeepTailAsync(Stream source, MemoryStream tail, CancellationToken cancellation)
    {
        var buffer = new byte[8192];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            tail.Write(buffer, 0, read);
            if (tail.Length > 2 * ErrorTail)
            {
                var kept = tail.GetBuffer().AsSpan((int)tail.Length - ErrorTail, ErrorTail).ToArray();
                tail.SetLength(0);
                tail.Write(kept);
            }
        }
    }

    private static string Tail(MemoryStream error)
    {
        var length = (int)Math.Min(error.Length, ErrorTail);
        return Encoding.UTF8.GetString(error.GetBuffer(), (int)error.Length - length, length);
    }

    // Without an input of its own the command is held by the open end: it is not closed here.
    private static async Task FeedAsync(INodeProcess process, ReadOnlyMemory<byte> opening, Stream? input, CancellationToken cancellation)
    {
        if (!await TryTellAsync(process, opening, cancellation).ConfigureAwait(false) || input is null)
        {
            return;
        }

        var buffer = new byte[256 * 1024];
        int read;
        while ((read = await input.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
        {
            if (!await TryTellAsync(process, buffer.AsMemory(0, read), cancellation).ConfigureAwait(false))
            {
                return;
            }
        }

        await process.Input.DisposeAsync().ConfigureAwait(false);
    }

    // A program that ended without reading all of its input says why by its exit code and message, and a connection that broke shows
    // in the end that never came.
    private static async Task<bool> TryTellAsync(INodeProcess process, ReadOnlyMemory<byte> content, CancellationToken cancellation)
    {
        try
        {
            if (!content.IsEmpty)
            {
                await process.Input.WriteAsync(content, cancellation).ConfigureAwait(false);
                await process.Input.FlushAsync(cancellation).ConfigureAwait(false);
            }

            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            return false;
        }
    }
}
