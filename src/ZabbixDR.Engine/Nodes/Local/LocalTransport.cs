using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace ZabbixDR.Engine.Nodes.Local;

/// <summary>The machine that the module runs on.</summary>
internal sealed class LocalTransport : INodeTransport
{
    private readonly string _node;
    private readonly bool _isLinux;

    /// <summary>Prepares it.</summary>
    /// <param name="node">The node's name in the topology.</param>
    /// <param name="isLinux">Whether this machine runs Linux; null to ask it.</param>
    public LocalTransport(string node, bool? isLinux = null)
    {
        _node = node;
        _isLinux = isLinux ?? OperatingSystem.IsLinux();
    }

    public string LoginUser => Environment.UserName;

    public Task<INodeProcess> StartAsync(IReadOnlyList<string> arguments, ChannelUse use, CancellationToken cancellation)
    {
        if (!_isLinux)
        {
            throw LocalNodeNotLinux(_node);
        }

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

    private static DrException LocalNodeNotLinux(string node) => DrException.Of(
        DrErrorKind.Precondition,
        node,
        "Running a command on this machine, which address: local names",
        $"it runs {RuntimeInformation.OSDescription}, and a node is a Linux host",
        "Give the node the address at which its SSH server listens, or run the module on the node itself.");
}
