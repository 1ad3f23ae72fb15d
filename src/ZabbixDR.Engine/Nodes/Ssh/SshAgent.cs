using System.Buffers.Binary;
using System.IO.Pipes;
using System.Net.Sockets;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// A running ssh-agent, which keeps private keys and signs with them (draft-ietf-sshm-ssh-agent). Every question is a connection of its
/// own: a Unix socket, or a named pipe on Windows.
/// </summary>
internal sealed class SshAgent
{
    private const byte IdentitiesRequest = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignAnswer = 14;

    // OpenSSH's own limit for an answer (authfd.c).
    private const uint LongestAnswer = 256 * 1024;
    private const string PipePrefix = @"\\.\pipe\";
    private readonly string _address;
    private readonly TimeSpan _limit;

    /// <summary>Prepares the way to an agent.</summary>
    /// <param name="address">The socket's path, or the pipe's.</param>
    /// <param name="limit">How long it may take for one answer.</param>
    public SshAgent(string address, TimeSpan limit) => (_address, _limit) = (address, limit);

    /// <summary>The pipe of Windows' own agent service.</summary>
    public static string WindowsPipe => PipePrefix + "openssh-ssh-agent";

    /// <summary>The keys that it has, in its order.</summary>
    /// <exception cref="SshAgentException">It cannot be asked.</exception>
    public IReadOnlyList<SshAgentKey> Keys()
    {
        var answer = Ask([IdentitiesRequest], IdentitiesAnswer);
        var keys = new List<SshAgentKey>();
        for (var left = answer.Number(); left > 0; left--)
        {
            keys.Add(new SshAgentKey(this, answer.String()));
            answer.String();
        }

        return keys;
    }

    /// <summary>Signs with one of its keys.</summary>
    /// <exception cref="SshAgentException">It refuses, or cannot be asked.</exception>
    public byte[] Sign(byte[] key, byte[] data, uint flags)
    {
        var number = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(number, flags);
        return Ask([SignRequest, .. SshWire.Of(key), .. SshWire.Of(data), .. number], SignAnswer).String();
    }

    private SshWire Ask(byte[] question, byte expected)
    {
        using var limit = new CancellationTokenSource(_limit);
        try
        {
            // SSH.NET wants signatures on its own thread, which has nobody to come back to.
            var answer = new SshWire(AskAsync(question, limit.Token).GetAwaiter().GetResult());
            return answer.Byte() == expected ? answer : throw new SshAgentException($"the agent at {_address} refused", null);
        }
        catch (OperationCanceledException error)
        {
            throw new SshAgentException($"the agent at {_address} did not answer within {_limit.TotalSeconds:0.#} s", error);
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException or TimeoutException or ArgumentException)
        {
            throw new SshAgentException($"the agent at {_address} cannot be asked: {error.Message}", error);
        }
    }

    private async Task<byte[]> AskAsync(byte[] question, CancellationToken cancellation)
    {
        var stream = await ConnectAsync(cancellation).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            await stream.WriteAsync(SshWire.Of(question), cancellation).ConfigureAwait(false);
            var length = new byte[4];
            await stream.ReadExactlyAsync(length, cancellation).ConfigureAwait(false);
            var announced = BinaryPrimitives.ReadUInt32BigEndian(length);
            var answer = new byte[announced <= LongestAnswer ? announced : throw new InvalidDataException($"its answer would have {announced} bytes")];
            await stream.ReadExactlyAsync(answer, cancellation).ConfigureAwait(false);
            return answer;
        }
    }

    private async Task<Stream> ConnectAsync(CancellationToken cancellation)
    {
        if (_address.StartsWith(PipePrefix, StringComparison.Ordinal))
        {
            var pipe = new NamedPipeClientStream(".", _address[PipePrefix.Length..], PipeDirection.InOut, PipeOptions.Asynchronous);
            await pipe.ConnectAsync(cancellation).ConfigureAwait(false);
            return pipe;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(_address), cancellation).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
