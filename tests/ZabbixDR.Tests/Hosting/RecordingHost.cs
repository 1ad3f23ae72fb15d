using System.Globalization;
using System.Management.Automation.Host;

namespace ZabbixDR.Tests.Hosting;

/// <summary>A host without a screen that keeps the lines shown to its user: what -WhatIf says goes nowhere else.</summary>
internal sealed class RecordingHost : PSHost
{
    private readonly RecordingUserInterface _userInterface = new();

    /// <summary>The lines shown so far.</summary>
    public IReadOnlyCollection<string> Shown => _userInterface.Shown;

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.InvariantCulture;

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => "Tests";

    public override PSHostUserInterface UI => _userInterface;

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException("Nobody is there to answer.");

    public override void ExitNestedPrompt() => throw new NotSupportedException("Nobody is there to answer.");

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }
}
