using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Gets the backup sets in the repositories, oldest first.</summary>
/// <remarks>
/// Asks pgBackRest on the leader or, where no leader can be found, on the first node with role postgres or repository that answers; each
/// set's Source says which. A repository that cannot be read, or that holds no such stanza, is an error, never an empty list.
/// </remarks>
/// <example>
/// <code>Get-PgBackRestBackup</code>
/// <para>Lists all sets.</para>
/// </example>
/// <example>
/// <code>Get-PgBackRestBackup -Latest -Type Full | Format-List</code>
/// <para>Shows everything about the newest full set.</para>
/// </example>
/// <example>
/// <code>Get-PgBackRestBackup -EligibleFor '2026-03-14 02:40:00+00' -Latest</code>
/// <para>The last set from which a recovery to that moment could start; Test-PgRecoveryTarget says whether the WAL for it is there.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "PgBackRestBackup", DefaultParameterSetName = "Choose")]
[OutputType(typeof(PgBackRestBackup))]
public sealed class GetPgBackRestBackupCommand : DeploymentCmdlet
{
    /// <summary>Only the set with this label, of each repository that has it, together with the files in which page checksums were wrong.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "Label", ValueFromPipelineByPropertyName = true)]
    [Form(TextForm.BackupLabel)]
    public string? Label { get; set; }

    /// <summary>Only sets of these types.</summary>
    [Parameter(ParameterSetName = "Choose")]
    public PgBackRestBackupType[]? Type { get; set; }

    /// <summary>Only sets that had surely stopped by this moment, so that a recovery to it could start from them. It needs an offset: 2026-03-14 02:40:00+00.</summary>
    [Parameter(ParameterSetName = "Choose")]
    [Moment]
    [ValidateNotNullOrEmpty]
    public string? EligibleFor { get; set; }

    /// <summary>The time zone in which -EligibleFor is meant where it has no offset, such as Europe/Berlin.</summary>
    [Parameter(ParameterSetName = "Choose")]
    [ValidateNotNullOrEmpty]
    public string? TimeZone { get; set; }

    /// <summary>Only the set that ended last, of those that the other parameters leave.</summary>
    [Parameter(ParameterSetName = "Choose")]
    public SwitchParameter Latest { get; set; }

    /// <summary>The stanza; by default the deployment's own. Wildcards are permitted: * means all that the repositories hold.</summary>
    [Parameter(ParameterSetName = "Choose")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string? Stanza { get; set; }

    /// <summary>Only sets in the repository with this number.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The longest that one question to pgBackRest may take; 1 minute by default. An object store that is silent is told of after three quarters of one, with its repository's number.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = PgBackRestClient.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellation)
    {
        DateTimeOffset? moment = EligibleFor is null ? null : TargetTime.Parse(EligibleFor, TimeZone);
        var content = await ReadAsync(cancellation);
        var chosen = content.Backups
            .Where(backup => Type is null || Type.Contains(backup.Type))
            .Where(backup => moment is null || ReadBackups.IsEligible(backup, moment.Value))
            .ToList();
        WriteObject(Latest ? chosen.OrderBy(backup => backup.StoppedAt).TakeLast(1) : chosen, enumerateCollection: true);
        foreach (var failure in content.Failures)
        {
            WriteFailure(failure);
        }
    }

    private async Task<StanzaContent> ReadAsync(CancellationToken cancellation)
    {
        if (Label is not null)
        {
            return await ReadBackups.OfLabelAsync(Deployment, Label, Repository, TimeLimit, cancellation);
        }

        if (Stanza is null || Stanza == Deployment.PgBackRest.Stanza)
        {
            return await ReadBackups.FromAnyNodeAsync(Deployment, Repository, TimeLimit, cancellation);
        }

        var all = await ReadBackups.OfAllStanzasAsync(Deployment, Repository, TimeLimit, cancellation);
        var pattern = WildcardPattern.Get(Stanza, WildcardOptions.None);
        var chosen = all.Backups.Where(backup => pattern.IsMatch(backup.Stanza)).ToList();
        return chosen.Count > 0 || WildcardPattern.ContainsWildcardCharacters(Stanza) || all.Failures.Count > 0
            ? all with { Backups = chosen }
            : throw ReadBackups.StanzaMissing(Stanza, [.. all.Backups.Select(backup => backup.Stanza).Distinct()]);
    }
}
