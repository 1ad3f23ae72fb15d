using System.Management.Automation;
using ZabbixDR.Pipeline;

namespace ZabbixDR.TestCmdlets;

/// <summary>Works until it is stopped, and takes 300 ms to clean up; then it writes the file.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "TestWait")]
public sealed class InvokeTestWaitCommand : AsyncCmdlet
{
    [Parameter(Mandatory = true)]
    public string CleanedFile { get; set; } = "";

    [Parameter]
    public string? StartedFile { get; set; }

    /// <summary>Writes objects without end, for a downstream that has enough of them.</summary>
    [Parameter]
    public SwitchParameter Stream { get; set; }

    /// <summary>Reports progress all the time.</summary>
    [Parameter]
    public SwitchParameter Noisy { get; set; }

    protected override async Task EndAsync(CancellationToken cancellation)
    {
        using var progress = Progress("Waiting");
        try
        {
            if (StartedFile is not null)
            {
                await File.WriteAllTextAsync(StartedFile, "", cancellation);
            }

            for (var number = 0; ; number++)
            {
                await Task.Delay(Stream || Noisy ? 1 : Timeout.Infinite, cancellation);
                if (Stream)
                {
                    WriteObject(number);
                }

                if (Noisy)
                {
                    progress.Report(new Engine.OperationProgress($"{number}"));
                }
            }
        }
        finally
        {
            await Task.Delay(300, CancellationToken.None);
            await File.WriteAllTextAsync(CleanedFile, "", CancellationToken.None);
        }
    }
}
