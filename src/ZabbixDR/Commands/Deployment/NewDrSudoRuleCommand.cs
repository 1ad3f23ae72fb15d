using System.Management.Automation;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Deployment;

/// <summary>Makes the sudoers files for the login users of the deployment.</summary>
/// <remarks>
/// There are two profiles. Observe is exactly what the Get- and Test- commands need, for pipelines and monitoring: pgBackRest's info
/// as postgres, word by word, and a database role of its own instead of the superuser; name that role as postgres.monitorUser in the topology file of
/// those who only look. Operate is everything: who restores is root's equal on the nodes. Nothing is installed: copy Content to
/// Path on the Nodes, and run Sql once on the primary.
/// </remarks>
/// <example>
/// <code>New-DrSudoRule | Format-List</code>
/// <para>Shows both profiles for the topology's login user.</para>
/// </example>
/// <example>
/// <code>(New-DrSudoRule -Profile Observe -User monitor).Content | Set-Content monitor.sudoers -NoNewline</code>
/// <para>Writes the file for a user named monitor, to be checked with visudo -cf and installed on the nodes by the usual means.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "DrSudoRule")]
[OutputType(typeof(DrSudoRule))]
public sealed class NewDrSudoRuleCommand : DeploymentCmdlet
{
    /// <summary>The profiles; both by default.</summary>
    [Parameter(Position = 0)]
    public DrRightsProfile[] Profile { get; set; } = [DrRightsProfile.Observe, DrRightsProfile.Operate];

    /// <summary>The login user; by default the topology's access.user.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? User { get; set; }

    /// <inheritdoc/>
    protected override Task EndAsync(CancellationToken cancellation)
    {
        foreach (var profile in Profile)
        {
            WriteObject(WriteSudoRules.For(Deployment, profile, User));
        }

        return Task.CompletedTask;
    }
}
