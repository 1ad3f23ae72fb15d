using System.Management.Automation;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations.Mounting;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Takes a repository's file system off the PostgreSQL nodes, and its line out of fstab.</summary>
/// <remarks>
/// Undoes what Mount-PgBackRestRepository did. What is in the repository stays, and so does the empty mount point. Refused while a pgBackRest works on
/// the node, and where another file system is mounted there than the topology means. WAL that is to be archived there waits on the node meanwhile, and fills its
/// disk in time; no backup is taken until it is mounted again. A second run changes nothing.
/// </remarks>
/// <example>
/// <code>Dismount-PgBackRestRepository pg-siteB</code>
/// <para>Takes the repositories off one node.</para>
/// </example>
[Cmdlet(VerbsData.Dismount, "PgBackRestRepository", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(PgBackRestMount))]
public sealed class DismountPgBackRestRepositoryCommand : RepositoryMountCmdlet
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(INode node, RepositorySettings repository, CancellationToken cancellation)
    {
        var work = await DismountRepository.PrepareAsync(Deployment, node, repository, cancellation);
        if (work.IsRight)
        {
            WriteObject(work.Unchanged());
        }
        else if (AskToChange(work.Target, work.Action) is { } permit)
        {
            WriteObject(await work.RunAsync(permit, TimeLimit, cancellation));
        }
    }
}
