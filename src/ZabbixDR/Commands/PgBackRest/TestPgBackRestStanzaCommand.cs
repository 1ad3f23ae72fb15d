using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Says of each repository whether it has the stanza of this cluster, and its WAL.</summary>
/// <remarks>
/// Looks, on the current primary, at all that pgbackrest check demands, and changes nothing: the repository is mounted, pg1-path and pg1-port lead to
/// the server that runs, the stanza is of this database and version in every repository, archiving is on and does not fail, and every repository
/// has the last segment that PostgreSQL calls archived. A repository that is well gives its stanza, another one an error that says why.
///
/// pgbackrest check itself switches a WAL segment, and needs the rights of those who change: Initialize-PgBackRestStanza ends with it, and is no
/// more than that where the stanza is there.
/// </remarks>
/// <example>
/// <code>Test-PgBackRestStanza</code>
/// <para>Gives the stanza in each repository, or says what is wrong.</para>
/// </example>
/// <example>
/// <code>Test-PgBackRestStanza -ErrorAction Stop | Out-Null; Invoke-PgBackRestBackup -Type Incr</code>
/// <para>Backs up only where every repository is well.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "PgBackRestStanza")]
[OutputType(typeof(PgBackRestStanza))]
public sealed class TestPgBackRestStanzaCommand : DeploymentCmdlet
{
    /// <summary>The longest that one question to pgBackRest may take; 1 minute by default.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = PgBackRestClient.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var (stanzas, failures) = await JudgeStanza.RunAsync(Deployment, TimeLimit, cancellation);
        WriteObject(stanzas, enumerateCollection: true);
        foreach (var failure in failures)
        {
            WriteFailure(failure);
        }
    }
}
