using System.Reflection;
using Renci.SshNet;

namespace ZabbixDR.Engine.Nodes.Ssh;

/// <summary>
/// How much the node may send before we have taken it. SSH.NET announces 2 GiB and has no setting: sshd then keeps what we have not
/// read yet in a buffer that it moves for each 32 KiB, and a stream takes many times as long as it should (docs/benchmarks.md).
/// </summary>
internal static class ChannelWindow
{
    // OpenSSH's own (channels.h, CHAN_SES_WINDOW_DEFAULT). SSH.NET grants it anew once it is nearly used up: a line of 40 ms carries 50 MB/s.
    private const uint Size = 2 * 1024 * 1024;

    private static readonly FieldInfo? s_channel = typeof(SshCommand).GetField("_channel", BindingFlags.Instance | BindingFlags.NonPublic);
    private static readonly Type? s_type = typeof(SshCommand).Assembly.GetType("Renci.SshNet.Channels.Channel");
    private static readonly PropertyInfo? s_left = s_type?.GetProperty("LocalWindowSize");
    private static readonly FieldInfo? s_whole = s_type?.GetField("_initialWindowSize", BindingFlags.Instance | BindingFlags.NonPublic);

    /// <summary>Whether this SSH.NET has what is set here; without it a stream is slow and nothing else.</summary>
    public static bool IsKnown => s_channel is not null && s_left?.SetMethod is not null && s_whole is not null;

    /// <summary>Narrows the window of a command that was not started yet.</summary>
    public static void Narrow(SshCommand command)
    {
        if (IsKnown && s_channel!.GetValue(command) is { } channel && s_type!.IsInstanceOfType(channel))
        {
            s_left!.SetValue(channel, Size);
            s_whole!.SetValue(channel, Size);
        }
    }
}
