using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Management.Automation.Host;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Pipeline;

/// <summary>
/// The base of every cmdlet here: an asynchronous body on the pipeline thread, cancelled by Ctrl+C and by a downstream
/// <c>Select-Object -First</c>, and waited for in both cases, so that what it started on nodes is ended.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Runs before the first pipeline object.</summary>
    protected virtual Task BeginAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Runs for each pipeline object, or once where there is none.</summary>
    protected virtual Task ProcessAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Runs after the last pipeline object.</summary>
    protected virtual Task EndAsync(CancellationToken cancellation) => Task.CompletedTask;

    /// <summary>Runs last in every case, after a failure and after Ctrl+C too.</summary>
    protected virtual Task CleanAsync() => Task.CompletedTask;

    /// <summary>Takes the warnings that workers left for the user; they are shown after each of the bodies above.</summary>
    protected virtual IEnumerable<string> Notices() => [];

    /// <inheritdoc/>
    protected sealed override void BeginProcessing() => Run(BeginAsync);

    /// <inheritdoc/>
    protected sealed override void ProcessRecord() => Run(ProcessAsync);

    /// <inheritdoc/>
    protected sealed override void EndProcessing() => Run(EndAsync);

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Asks whether to go on; the permit is null where the answer is no, and under <c>-WhatIf</c>.</summary>
    /// <param name="target">What would be changed, as the question names it.</param>
    /// <param name="action">What would be done to it.</param>
    protected ChangePermit? AskToChange(string target, string action) =>
        Ask(() => ShouldProcess(target, action)) ? ChangePermit.AfterConsent($"{action}: {target}") : null;

    /// <summary>Asks whether to run a plan, and shows it whole; under <c>-WhatIf</c> that is all. The permit is null where the answer is no.</summary>
    protected ChangePermit? AskToRun(DrPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        return AskToChange(PlanText.Of(plan), $"Run these {plan.Steps.Count} steps?", plan.Title);
    }

    /// <summary>Asks one of PowerShell's questions: ShouldProcess or ShouldContinue.</summary>
    /// <param name="question">The question.</param>
    /// <exception cref="DrException">There is nobody to answer it.</exception>
    protected static bool Ask(Func<bool> question)
    {
        ArgumentNullException.ThrowIfNull(question);
        try
        {
            return question();
        }
        catch (Exception error) when (error is NullReferenceException or NotSupportedException or HostException or PSInvalidOperationException)
        {
            // PowerShell's own prompt trips over a standard input that has ended (7.6.5, ConsoleHostUserInterface.PromptForChoice).
            throw NobodyToAnswer(error);
        }
    }

    /// <summary>Asks whether to do what a text of several lines describes, and shows it whole; under <c>-WhatIf</c> that is all. The permit is null where the answer is no.</summary>
    /// <param name="text">What would be done.</param>
    /// <param name="question">What is asked below it.</param>
    /// <param name="title">What it is called.</param>
    protected ChangePermit? AskToChange(string text, string question, string title) =>
        Ask(() => ShouldProcess(text, $"{text}\n{question}", title)) ? ChangePermit.AfterConsent(title) : null;

    /// <summary>A sink for the progress of one piece of work; disposing it takes the bar away.</summary>
    protected PipelineProgress Progress(string activity) => new(this, activity);

    /// <summary>A sink for what tools on the nodes say while they work.</summary>
    protected PipelineMessages Messages() => new(this);

    /// <summary>Says something that is no object and no warning; a host shows it, and <c>6></c> redirects it.</summary>
    protected void Say(string text) => WriteInformation(new InformationRecord(new HostInformationMessage { Message = text }, MyInvocation.MyCommand.Name) { Tags = { "PSHOST" } });

    /// <summary>Writes the failure of one item of several; the others go on.</summary>
    protected void WriteFailure(DrException failure) => WriteError(ErrorRecords.From(failure));

    /// <summary>A path of the session's, as the file system has it; null for none.</summary>
    [return: NotNullIfNotNull(nameof(path))]
    protected string? FileSystemPath(string? path) => path is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel();
            PipelinePump.Run(CleanAsync);
            _stop.Dispose();
        }
    }

    private static DrException NobodyToAnswer(Exception cause) => DrException.Of(
        DrErrorKind.Precondition,
        null,
        "Asking whether to go on",
        cause is NullReferenceException ? "the session's input has ended" : cause.Message,
        "Nothing was changed. Look at it with -WhatIf, and then say -Confirm:$false.",
        cause);

    private void Run(Func<CancellationToken, Task> body)
    {
        try
        {
            RunAndTell(body);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (DrException failure) when (ErrorRecords.EndsThePipeline(failure))
        {
            ThrowTerminatingError(ErrorRecords.From(failure));
        }
        catch (DrException failure)
        {
            WriteError(ErrorRecords.From(failure));
        }
    }

    // Before the error, if there is one. A command that is stopped may write nothing: the next one of the session does.
    private void RunAndTell(Func<CancellationToken, Task> body)
    {
        try
        {
            PipelinePump.Run(() => body(_stop.Token));
        }
        finally
        {
            foreach (var notice in _stop.IsCancellationRequested ? [] : Notices())
            {
                WriteWarning(notice);
            }
        }
    }
}
