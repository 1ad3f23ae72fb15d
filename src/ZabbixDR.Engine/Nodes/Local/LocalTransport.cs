using System.ComponentModel;
using System.Diagnostics;

namespace ZabbixDR.Engine.Nodes.Local;

/// <summary>The machine that the module runs on.</summary>
internal sealed class LocalTransport : INodeTransport
{
    public string LoginUser => Environment.UserName;

    public Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ChannelUse use, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo(arguments[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments.Skip(1))
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new Win32Exception($"{arguments[0]} could not be started");
        return Task.FromResult<INodeProcess>(new LocalProcess(process));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
