using System.Net;
using System.Net.Sockets;
using ZabbixDR.Engine.Etcd;

namespace ZabbixDR.Engine.Tests.Etcd;

public sealed class ReadAheadStreamTests : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(10);
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Socket _peer;
    private readonly ReadAheadStream _stream;

    public ReadAheadStreamTests()
    {
        _listener.Start();
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        client.Connect(_listener.LocalEndpoint);
        _peer = _listener.AcceptSocket();
        _stream = new ReadAheadStream(new NetworkStream(client, ownsSocket: true));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _peer.Dispose();
        _listener.Dispose();
    }

    [Fact]
    public async Task What_was_sent_is_read_in_order_whatever_the_size_of_the_reads()
    {
        var sent = Enumerable.Range(0, 100_000).Select(number => (byte)number).ToArray();
        await _peer.SendAsync(sent);
        _peer.Shutdown(SocketShutdown.Send);
        var received = new MemoryStream();
        var buffer = new byte[700_000];
        for (var size = 1; ; size = (size * 7 % buffer.Length) + 1)
        {
            var read = await _stream.ReadAsync(buffer.AsMemory(0, size)).AsTask().WaitAsync(s_limit);
            if (read == 0)
            {
                break;
            }

            received.Write(buffer, 0, read);
        }

        Assert.Equal(sent, received.ToArray());
    }

    [Fact]
    public async Task A_read_of_nothing_ends_at_once_while_something_read_ahead_is_left()
    {
        // The HTTP stack asks so whether there is anything to read. The peer may be waiting for us, and never send more.
        await _peer.SendAsync(new byte[100]);
        Assert.Equal(10, await _stream.ReadAsync(new byte[10]).AsTask().WaitAsync(s_limit));

        Assert.Equal(0, await _stream.ReadAsync(Memory<byte>.Empty).AsTask().WaitAsync(s_limit));
        Assert.Equal(90, await _stream.ReadAsync(new byte[100]).AsTask().WaitAsync(s_limit));
    }

    [Fact]
    public async Task A_read_of_nothing_waits_while_nothing_has_come()
    {
        var waiting = _stream.ReadAsync(Memory<byte>.Empty).AsTask();
        await Task.Delay(200);
        Assert.False(waiting.IsCompleted);

        await _peer.SendAsync(new byte[1]);

        Assert.Equal(0, await waiting.WaitAsync(s_limit));
        Assert.Equal(1, await _stream.ReadAsync(new byte[1]).AsTask().WaitAsync(s_limit));
    }
}
