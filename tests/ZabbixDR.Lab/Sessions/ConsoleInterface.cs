using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace ZabbixDR.Lab;

/// <summary>PowerShell's output, progress and questions on the console. Progress is one line, and none where output is redirected.</summary>
internal sealed class ConsoleInterface : PSHostUserInterface
{
    private const string Red = "\e[31m";
    private const string Yellow = "\e[33m";
    private const string Dim = "\e[2m";
    private const string Plain = "\e[0m";

    private static readonly bool Terminal = !Console.IsOutputRedirected;

    private bool _progressShown;

    public override PSHostRawUserInterface RawUI { get; } = new ConsoleSize();

    public override bool SupportsVirtualTerminal => Terminal;

    public override void Write(string value)
    {
        ClearProgress();

        // Out-Default colours whatever the console can show; a file gets the bare text.
        Console.Write(GetOutputString(value, Terminal));
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value) => WriteColoured(Red, value);

    public override void WriteWarningLine(string message) => WriteColoured(Yellow, "WARNING: " + message);

    public override void WriteVerboseLine(string message) => WriteColoured(Dim, "VERBOSE: " + message);

    public override void WriteDebugLine(string message) => WriteColoured(Dim, "DEBUG: " + message);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        if (!Terminal) return;
        ClearProgress();
        if (record.RecordType == ProgressRecordType.Completed) return;
        var percent = record.PercentComplete >= 0 ? $" {record.PercentComplete} %" : "";
        var remaining = record.SecondsRemaining >= 0 ? $", {record.SecondsRemaining} s to go" : "";
        var line = $"{record.Activity}: {record.StatusDescription}{percent}{remaining}";
        Console.Write($"{Dim}{line[..Math.Min(line.Length, Console.WindowWidth - 1)]}{Plain}");
        _progressShown = true;
    }

    public override string ReadLine() => Console.ReadLine() ?? "";

    public override SecureString ReadLineAsSecureString()
    {
        var secret = new SecureString();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key) secret.AppendChar(key.KeyChar);
        WriteLine("");
        return secret;
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        WriteLine($"{caption}\n{message}".Trim());
        return descriptions.ToDictionary(field => field.Name, field =>
        {
            Write(field.Name + ": ");
            return PSObject.AsPSObject(ReadLine());
        });
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        WriteLine($"{caption}\n{message}".Trim());
        var keys = choices.Select(choice => choice.Label[choice.Label.IndexOf('&', StringComparison.Ordinal) + 1].ToString()).ToList();
        while (true)
        {
            Write(string.Join("  ", choices.Select((choice, i) => $"[{keys[i]}] {choice.Label.Replace("&", "", StringComparison.Ordinal)}"))
                + (defaultChoice >= 0 ? $" (default {keys[defaultChoice]}): " : ": "));
            var answer = Console.ReadLine();

            // The end of input is no yes: whoever asked must not go on by mistake.
            if (answer is null) throw new PipelineStoppedException();
            if (answer.Length == 0 && defaultChoice >= 0) return defaultChoice;
            var chosen = keys.FindIndex(key => key.Equals(answer.Trim(), StringComparison.OrdinalIgnoreCase));
            if (chosen >= 0) return chosen;
        }
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options)
    {
        WriteLine($"{caption}\n{message}".Trim());
        Write($"Password for {userName}: ");
        return new PSCredential(userName, ReadLineAsSecureString());
    }

    private void WriteColoured(string colour, string text) => WriteLine(Terminal ? colour + text + Plain : text);

    private void ClearProgress()
    {
        if (!_progressShown) return;
        Console.Write("\r\e[K");
        _progressShown = false;
    }
}
