using System.Management.Automation;

namespace ZabbixDR.Tests.Hosting;

/// <summary>What a script wrote to each stream, and what ended it early.</summary>
public sealed record ScriptRun(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<ProgressRecord> Progress,
    Exception? Terminated)
{
    /// <summary>The one error, terminating or not.</summary>
    public ErrorRecord SingleError => Terminated is IContainsErrorRecord terminated ? terminated.ErrorRecord : Errors.Single();

    /// <summary>The output as objects of the module's own type.</summary>
    public IReadOnlyList<T> As<T>() => [.. Output.Select(item => (T)item.BaseObject)];

    /// <summary>Throws where there was any error.</summary>
    public ScriptRun Require()
    {
        if (Terminated is not null)
        {
            throw new InvalidOperationException(Terminated.Message, Terminated);
        }

        return Errors.Count == 0 ? this : throw new InvalidOperationException(string.Join(Environment.NewLine, Errors), Errors[0].Exception);
    }

    internal static ScriptRun Of(PowerShell shell)
    {
        var output = new PSDataCollection<PSObject>();
        Exception? terminated = null;
        try
        {
            shell.Invoke<PSObject, PSObject>(null, output, null);
        }
        catch (RuntimeException error)
        {
            terminated = error;
        }

        return new ScriptRun(
            [.. output],
            [.. shell.Streams.Error],
            [.. shell.Streams.Warning.Select(warning => warning.Message)],
            [.. shell.Streams.Progress],
            terminated);
    }
}
