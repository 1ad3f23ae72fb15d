using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Makes pgBackRest's stanza in every repository, and proves that WAL arrives there.</summary>
/// <remarks>
/// Works on the current primary. Looks first at what would make pgBackRest fail: a repository that is not mounted, a pg1-path that is not
/// the server's data directory, a stanza of another database or of another version of PostgreSQL. Where the stanza is there already it is
/// left alone. At the end it is read back from every repository, and pgbackrest check switches a WAL segment and waits for it in each; a
/// second run does no more than that. A push of WAL holds the lock that making a stanza needs, on the server or on the repository's host: it is tried
/// again within -TimeLimit, and LockHeld says where the lock is when it stays held. -SkipCheck leaves it out, for a cluster whose archiving is turned on later.
/// </remarks>
/// <example>
/// <code>Initialize-PgBackRestStanza</code>
/// <para>Makes the stanza and proves it.</para>
/// </example>
/// <example>
/// <code>Initialize-PgBackRestStanza -Upgrade</code>
/// <para>After a major upgrade of PostgreSQL, lets the stanza go on with the new version.</para>
/// </example>
[Cmdlet(VerbsData.Initialize, "PgBackRestStanza", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PgBackRestStanza))]
public sealed class InitializePgBackRestStanzaCommand : DeploymentCmdlet
{
    private static readonly TimeSpan DefaultArchiveTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Brings a stanza of another major version of PostgreSQL up to the server's.</summary>
    [Parameter]
    public SwitchParameter Upgrade { get; set; }

    /// <summary>Switches no WAL segment.</summary>
    [Parameter]
    public SwitchParameter SkipCheck { get; set; }

    /// <summary>How long the switched segment may take to arrive: 30s, 15m, or a TimeSpan; 1 minute by default.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan ArchiveTimeout { get; set; } = DefaultArchiveTimeout;

    /// <summary>The longest that making the stanza may take, and one question to pgBackRest where that is shorter than a minute; 5 minutes by default.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = InitializeStanza.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var stanza = await InitializeStanza.PrepareAsync(Deployment, Upgrade, TimeLimit, cancellation);
        if (AskToChange($"{stanza.Leader.Name}, stanza {Deployment.PgBackRest.Stanza}", stanza.Action) is { } permit)
        {
            WriteObject(await stanza.RunAsync(permit, SkipCheck ? null : ArchiveTimeout, cancellation), enumerateCollection: true);
        }
    }
}
