using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ZabbixDR.Tests.Hosting;

/// <summary>Keeps what is shown; a question is an error, since a test that waits for an answer would wait for ever.</summary>
internal sealed class RecordingUserInterface : PSHostUserInterface
{
    private readonly ConcurrentQueue<string> _shown = new();

    public IReadOnlyCollection<string> Shown => _shown;

    public override PSHostRawUserInterface? RawUI => null;

    public override void Write(string value) => _shown.Enqueue(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => _shown.Enqueue(value);

    public override void WriteLine(string value) => _shown.Enqueue(value);

    public override void WriteErrorLine(string value)
    {
    }

    public override void WriteDebugLine(string message)
    {
    }

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
    }

    public override void WriteVerboseLine(string message)
    {
    }

    public override void WriteWarningLine(string message)
    {
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw Asked(message);

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw Asked(message);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Asked(message);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw Asked(message);

    public override string ReadLine() => throw Asked("a line");

    public override SecureString ReadLineAsSecureString() => throw Asked("a secret");

    private static NotSupportedException Asked(string question) => new($"Nobody is there to answer: {question}");
}
