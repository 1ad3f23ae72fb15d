using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace ZabbixDR.Lab;

/// <summary>
/// A PowerShell session in this process, with the staged module imported, for machines without pwsh. It has the core
/// commands only, and whatever the module brings.
/// </summary>
internal sealed class HostedSession : IDisposable
{
    private readonly ConsoleHost _host = new();
    private readonly Runspace _runspace;
    private PowerShell? _running;

    public HostedSession(string module)
    {
        _runspace = RunspaceFactory.CreateRunspace(_host, InitialSessionState.CreateDefault2());
        _runspace.Open();
        Console.CancelKeyPress += StopRunning;
        if (!Run($"Import-Module '{module}'").Succeeded) throw new LabException($"{module} could not be imported");
    }

    /// <summary>What came of a piece of script.</summary>
    /// <param name="Terminated">It was ended by an error.</param>
    /// <param name="Errors">It wrote errors, and may have gone on.</param>
    public readonly record struct Outcome(bool Terminated, bool Errors)
    {
        public bool Succeeded => !Terminated && !Errors;
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= StopRunning;
        _runspace.Dispose();
    }

    /// <summary>Runs it, with its objects and errors formatted onto the console.</summary>
    public Outcome Run(string script)
    {
        using var shell = PowerShell.Create(_runspace);
        shell.AddScript(script);
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.AddCommand("Out-Default");
        _running = shell;
        try
        {
            shell.Invoke();
            return new Outcome(Terminated: false, shell.HadErrors);
        }
        catch (PipelineStoppedException)
        {
            _host.UI.WriteErrorLine("stopped");
            return new Outcome(Terminated: true, Errors: true);
        }
        catch (RuntimeException e)
        {
            Show(e.ErrorRecord);
            return new Outcome(Terminated: true, Errors: true);
        }
        finally
        {
            _running = null;
        }
    }

    /// <summary>Runs a script file statement by statement, each shown before its output, up to the first that an error ends.</summary>
    /// <returns>Whether none wrote an error.</returns>
    public bool RunShown(string file)
    {
        var script = Parser.ParseFile(file, out var tokens, out var errors);
        if (errors.Length > 0) throw new LabException($"{file}:{errors[0].Extent.StartLineNumber}: {errors[0].Message}");
        var comments = tokens.Where(token => token.Kind == TokenKind.Comment).ToList();
        var clean = true;
        var end = 0;
        foreach (var statement in script.EndBlock.Statements)
        {
            foreach (var comment in comments.Where(comment => comment.Extent.StartOffset >= end && comment.Extent.EndOffset <= statement.Extent.StartOffset))
                _host.UI.WriteLine(comment.Text);
            _host.UI.WriteLine("PS> " + statement.Extent.Text.Replace("\n", "\n>>  ", StringComparison.Ordinal));
            var outcome = Run(statement.Extent.Text);
            if (outcome.Terminated) return false;
            clean &= !outcome.Errors;
            end = statement.Extent.EndOffset;
        }

        return clean;
    }

    /// <summary>Reads and runs lines until exit or the end of input.</summary>
    /// <returns>The code that exit was given.</returns>
    public int Interact()
    {
        while (_host.ExitCode is null && ReadStatement() is { } statement)
        {
            if (statement.Trim() == "exit") break;
            if (statement.Length > 0) Run(statement);
        }

        return _host.ExitCode ?? 0;
    }

    /// <summary>A line, and those after it while the parser says that something is still open.</summary>
    private static string? ReadStatement()
    {
        Console.Write("PS> ");
        var text = Console.ReadLine();
        while (text is not null)
        {
            Parser.ParseInput(text, out _, out var errors);
            if (!errors.Any(error => error.IncompleteInput)) return text;
            Console.Write(">>  ");
            if (Console.ReadLine() is not { } more) return text;
            text += "\n" + more;
        }

        return null;
    }

    private void Show(ErrorRecord error)
    {
        using var shell = PowerShell.Create(_runspace);
        var input = PSObject.AsPSObject(error);

        // What tells Out-Default to show it as an error, not as an object; PowerShell's own host does so too.
        input.Properties.Add(new PSNoteProperty("writeErrorStream", true), preValidated: true);
        shell.AddCommand("Out-Default");
        shell.Invoke(new[] { input });
    }

    private void StopRunning(object? sender, ConsoleCancelEventArgs e)
    {
        if (_running is not { } shell) return;
        e.Cancel = true;
        shell.BeginStop(null, null);
    }
}
