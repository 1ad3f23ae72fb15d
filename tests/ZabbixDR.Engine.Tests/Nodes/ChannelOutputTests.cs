using System.Text;
using ZabbixDR.Engine.Nodes.Ssh;

namespace ZabbixDR.Engine.Tests.Nodes;

public sealed class ChannelOutputTests
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_is_written_is_read_in_order_and_its_end_is_seen()
    {
        var output = new ChannelOutput();
        using var reader = new StreamReader(output);
        var reading = reader.ReadToEndAsync();
        var expected = new StringBuilder();
        for (var number = 0; number < 20_000; number++)
        {
            var line = $"{number}\n";
            expected.Append(line);
            output.Write(Encoding.ASCII.GetBytes("--" + line), 2, line.Length);
        }

        output.Dispose();
        Assert.Equal(expected.ToString(), await reading.WaitAsync(s_limit));
    }

    [Fact]
    public async Task A_reader_waits_for_what_comes_and_can_be_told_not_to()
    {
        var output = new ChannelOutput();
        using var stop = new CancellationTokenSource();
        var waiting = output.ReadAsync(new byte[10], stop.Token).AsTask();
        Assert.False(waiting.IsCompleted);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        var next = output.ReadAsync(new byte[10]).AsTask();
        output.Write([1, 2, 3], 0, 3);
        Assert.Equal(3, await next.WaitAsync(s_limit));
    }

    [Fact]
    public async Task All_is_handed_on_what_came_before_it_was_said_where_to_included()
    {
        var output = new ChannelOutput();
        output.Write("first "u8.ToArray(), 0, 6);
        var destination = new MemoryStream();
        var copy = output.HandOnAsync(destination);
        for (var number = 0; number < 1000; number++)
        {
            output.Write("more "u8.ToArray(), 0, 5);
        }

        Assert.False(copy.IsCompleted);
        output.Dispose();
        await copy.WaitAsync(s_limit);
        Assert.Equal("first " + string.Concat(Enumerable.Repeat("more ", 1000)), Encoding.ASCII.GetString(destination.ToArray()));
    }

    [Fact]
    public async Task A_slow_destination_holds_the_sender_back_and_is_not_written_to_once_the_copy_has_ended()
    {
        var output = new ChannelOutput();
        var destination = new SlowStream();
        var copy = output.HandOnAsync(destination);
        var sending = Task.Run(() =>
        {
            for (var number = 0; number < 100; number++)
            {
                output.Write(new byte[1000], 0, 1000);
            }
        });
        await destination.Reached.Task.WaitAsync(s_limit);
        await Task.Delay(50);
        Assert.False(sending.IsCompleted);

        output.Dispose();
        Assert.False(copy.IsCompleted);
        destination.Open.SetResult();
        await copy.WaitAsync(s_limit);
        await sending.WaitAsync(s_limit);
        var written = destination.Written;
        output.Write(new byte[1000], 0, 1000);
        Assert.Equal(written, destination.Written);
    }

    [Fact]
    public async Task What_the_destination_says_goes_to_who_waits_for_the_copy_and_not_to_the_connection()
    {
        var output = new ChannelOutput();
        var copy = output.HandOnAsync(new MemoryStream(new byte[3], writable: true));
        output.Write([1, 2, 3], 0, 3);
        output.Write([4], 0, 1);
        output.Write([5], 0, 1);
        await Assert.ThrowsAsync<NotSupportedException>(() => copy.WaitAsync(s_limit));
    }

    [Fact]
    public void The_SSH_library_has_the_window_that_we_narrow() => Assert.True(ChannelWindow.IsKnown);

    private sealed class SlowStream : MemoryStream
    {
        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public long Written { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Reached.TrySetResult();
            Open.Task.Wait();
            Written += buffer.Length;
        }
    }
}
