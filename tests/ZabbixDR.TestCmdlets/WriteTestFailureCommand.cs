using System.Management.Automation;
using ZabbixDR.Engine;
using ZabbixDR.Pipeline;

namespace ZabbixDR.TestCmdlets;

/// <summary>Fails on the first object that comes, and passes the others on.</summary>
[Cmdlet(VerbsCommunications.Write, "TestFailure")]
public sealed class WriteTestFailureCommand : AsyncCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public string Kind { get; set; } = "";

    [Parameter(ValueFromPipeline = true)]
    public int Number { get; set; }

    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        await Task.Yield();
        if (Number == 1)
        {
            throw TestFailed(Enum.Parse<DrErrorKind>(Kind));
        }

        WriteObject(Number);
    }

    private static DrException TestFailed(DrErrorKind kind) => DrException.Of(kind, "pg-siteA", "Testing", "a failure", "Nothing.");
}
