using System.Globalization;
using System.Management.Automation.Host;

namespace ZabbixDR.Lab;

/// <summary>The least that PowerShell asks of a program that hosts it on a console.</summary>
internal sealed class ConsoleHost : PSHost
{
    public override CultureInfo CurrentCulture => CultureInfo.CurrentCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.CurrentUICulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "ZabbixDR lab";

    public override PSHostUserInterface UI { get; } = new ConsoleInterface();

    public override Version Version => typeof(ConsoleHost).Assembly.GetName().Version!;

    /// <summary>What the session asked to exit with; null while it has not.</summary>
    public int? ExitCode { get; private set; }

    public override void SetShouldExit(int exitCode) => ExitCode = exitCode;

    public override void EnterNestedPrompt() => throw new NotSupportedException("this host has no nested prompt");

    public override void ExitNestedPrompt() => throw new NotSupportedException("this host has no nested prompt");

    public override void NotifyBeginApplication()
    {
        // A program of the session has the console to itself anyway.
    }

    public override void NotifyEndApplication()
    {
        // As above.
    }
}
