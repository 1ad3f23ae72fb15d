using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Tests whether what the repositories hold can be restored.</summary>
/// <remarks>
/// pgBackRest's own <c>verify</c> ends well whatever it finds, and calls a stanza well whose WAL has a hole; <c>info</c> and <c>check</c> stay
/// content too. So this judges by itself. By default it reads listings alone, in seconds: what pgBackRest says of the stanza, whether each
/// set has its manifests, and whether all the WAL that sets need and that follows them is there, along every timeline. WAL that the primary
/// still has counts as late, WAL that is being written as uploading, the rest as lost. With -Full, pgBackRest reads every file and compares
/// it with its checksum, which takes as long as reading the repository does. Each finding names the file, the sets that are lost by it and
/// the span of time to which nothing can be restored any more. Nothing is changed, and no lock is taken.
/// </remarks>
/// <example>
/// <code>Test-PgBackRestRepository</code>
/// <para>Judges the listings of all repositories.</para>
/// </example>
/// <example>
/// <code>Test-PgBackRestRepository -Full | Where-Object Status -ne Pass | Format-List File, Finding, Consequence, Remediation</code>
/// <para>Reads every file, and shows what is not well and what it costs.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "PgBackRestRepository")]
[OutputType(typeof(PgBackRestRepositoryCheck))]
public sealed class TestPgBackRestRepositoryCommand : DeploymentCmdlet
{
    /// <summary>Reads every file and compares it with its checksum.</summary>
    [Parameter]
    public SwitchParameter Full { get; set; }

    /// <summary>Only the repository with this number.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The longest that finished WAL may wait on the primary to be archived; 5 minutes by default: archive_timeout is one minute.</summary>
    [Parameter]
    [Duration]
    public TimeSpan MaxArchiveDelay { get; set; } = JudgeRepositories.DefaultArchiveDelay;

    /// <summary>The longest that reading one repository may take; 12 hours by default. What takes longer is ended, and its content is not known.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = JudgeRepositories.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        using var progress = Progress("Testing the repositories");
        var request = new RepositoryRequest(Repository, Full, MaxArchiveDelay, TimeLimit);
        WriteObject(await JudgeRepositories.RunAsync(Deployment, request, progress, cancellation), enumerateCollection: true);
    }
}
