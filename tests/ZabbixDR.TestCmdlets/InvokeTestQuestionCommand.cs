using System.Management.Automation;
using ZabbixDR.Pipeline;

namespace ZabbixDR.TestCmdlets;

/// <summary>Asks, and tells the answer.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "TestQuestion", SupportsShouldProcess = true)]
public sealed class InvokeTestQuestionCommand : AsyncCmdlet
{
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        WriteObject(Ask(() => ShouldProcess("a thing", "Change")));
    }
}
