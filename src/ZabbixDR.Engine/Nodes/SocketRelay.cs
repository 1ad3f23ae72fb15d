using System.Globalization;
using System.Text;

namespace ZabbixDR.Engine.Nodes;

/// <summary>
/// Reaches a socket that only the node itself can reach, through its command channel: a small relay program runs there.
/// It needs python3, which is present wherever Patroni runs.
/// </summary>
public static class SocketRelay
{
    /// <summary>The id of the error where the node was reached and the socket was not.</summary>
    public const string RefusedId = nameof(SocketRefused);

    // Answers with one line, "ok" or the reason, before the first byte of the conversation.
    private const string Script =
        """
        import os, select, socket, sys
        try:
            s = socket.socket(socket.AF_UNIX) if len(sys.argv) == 2 else None
            if s: s.connect(sys.argv[1])
            else: s = socket.create_connection((sys.argv[1], int(sys.argv[2])), 10)
            s.settimeout(None)
        except OSError as e:
            print(e.strerror or e, flush=True)
            sys.exit(1)
        os.write(1, b"ok\n")
        while True:
            for fd in select.select([0, s], [], [])[0]:
                data = os.read(0, 65536) if fd == 0 else s.recv(65536)
                # Either side's end is the end: nobody is left to hear the other.
                if not data: sys.exit(0)
                if fd == 0: s.sendall(data)
                else:
                    while data: data = data[os.write(1, data):]
        """;

    // The relay's own limit of 10 s for a TCP connection, and a slow node's python3 to start.
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(15);

    /// <summary>Connects to a Unix socket on the node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="path">The socket's path there.</param>
    /// <param name="user">The user to connect as, which peer authentication sees; null for the login user.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>SocketRefused</c>, <c>SocketForbidden</c>, <c>SocketTimedOut</c>, and those of <see cref="INode"/>.</exception>
    public static Task<Stream> ConnectUnixAsync(INode node, string path, string? user, CancellationToken cancellation) =>
        ConnectAsync(node, path, user, cancellation, path);

    /// <summary>Connects to a TCP port as the node sees it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="host">The address, as the node resolves it.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>SocketRefused</c>, <c>SocketForbidden</c>, <c>SocketTimedOut</c>, and those of <see cref="INode"/>.</exception>
    public static Task<Stream> ConnectTcpAsync(INode node, string host, int port, CancellationToken cancellation) =>
        ConnectAsync(node, $"{host} port {port}", null, cancellation, host, port.ToString(CultureInfo.InvariantCulture));

    private static async Task<Stream> ConnectAsync(INode node, string target, string? user, CancellationToken cancellation, params string[] arguments)
    {
        var stream = await node.ConverseAsync(Relay(target, user, arguments), cancellation).ConfigureAwait(false);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerLimit);
        try
        {
            using var abort = limit.Token.Register(stream.Dispose);
            var answer = await ReadLineAsync(stream, limit.Token).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            return answer == "ok" ? stream : throw (answer == "Permission denied" ? SocketForbidden(node, target, answer, user) : SocketRefused(node, target, answer));
        }
        catch (Exception error) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw SocketTimedOut(node, target, error);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static ObservingCommand Relay(string target, string? user, string[] arguments) =>
        new("python3", ["-c", Script, .. arguments]) { User = user, Title = $"python3 (a relay to {target})" };

    // Byte by byte: what follows the line belongs to the conversation.
    private static async Task<string> ReadLineAsync(Stream stream, CancellationToken cancellation)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length < 512 && await stream.ReadAsync(one, cancellation).ConfigureAwait(false) == 1 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString();
    }

    private static DrException SocketRefused(INode node, string target, string answer) => DrException.Of(
        DrErrorKind.Unreachable,
        node.Name,
        $"Connecting to {target}",
        answer,
        "Check that the service runs and listens there.");

    private static DrException SocketForbidden(INode node, string target, string answer, string? user) => DrException.Of(
        DrErrorKind.Permission,
        node.Name,
        $"Connecting to {target} as {user ?? "the login user"}",
        answer,
        "Let that user reach the socket: look at the rights of its directory.");

    private static DrException SocketTimedOut(INode node, string target, Exception cause) => DrException.Of(
        DrErrorKind.Timeout,
        node.Name,
        $"Connecting to {target}",
        $"there was no answer within {AnswerLimit.TotalSeconds:0} s",
        "Look on the node for what it waits for: a service that hangs, a firewall that drops, or a host that is out of memory.",
        cause);
}
