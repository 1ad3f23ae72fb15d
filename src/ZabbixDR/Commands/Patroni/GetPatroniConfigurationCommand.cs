using System.Management.Automation;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Patroni;

/// <summary>Gets Patroni's dynamic configuration, and what of it waits for a restart.</summary>
/// <remarks>
/// Asks the REST interface of every node with role postgres; the first that gives the configuration is enough, and AnsweredBy names it.
/// What is not set has Patroni's own default. Settings of a node's own patroni.yml go before these and are not shown. Pending lists the members
/// on which a setting waits for a restart of PostgreSQL, since Patroni 4 with the setting.
/// </remarks>
/// <example>
/// <code>Get-PatroniConfiguration</code>
/// <para>Shows the configuration.</para>
/// </example>
/// <example>
/// <code>(Get-PatroniConfiguration).Parameters.archive_timeout</code>
/// <para>Says after how many seconds a segment is archived though it is not full.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "PatroniConfiguration")]
[OutputType(typeof(PatroniConfiguration))]
public sealed class GetPatroniConfigurationCommand : DeploymentCmdlet
{
    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation) =>
        WriteObject((await Deployment.Patroni.GetConfigurationAsync(cancellation)).Configuration);
}
