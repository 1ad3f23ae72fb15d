using System.Management.Automation;
using ZabbixDR.Engine;
using ZabbixDR.Pipeline;

namespace ZabbixDR.TestCmdlets;

/// <summary>Reports progress from several threads at a pace that nobody can read, for two seconds.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "TestProgress")]
public sealed class InvokeTestProgressCommand : AsyncCmdlet
{
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        using var progress = Progress("Counting");
        var end = DateTime.UtcNow.AddSeconds(2);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            async () =>
            {
                while (DateTime.UtcNow < end)
                {
                    progress.Report(new OperationProgress("Counting", 0.5, TimeSpan.FromSeconds(3)));
                    await Task.Delay(1, cancellation);
                }
            },
            cancellation)));
    }
}
