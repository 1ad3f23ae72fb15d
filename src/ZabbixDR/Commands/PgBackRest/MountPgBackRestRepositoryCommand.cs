using System.Management.Automation;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations.Mounting;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Mounts a repository's file system on the PostgreSQL nodes, now and at each start.</summary>
/// <remarks>
/// Mounts repositories of type nfs, and directories for which the topology names device and fileSystem. On each node: the program that mounts NFS
/// must be there; the mount point is made, and must be empty; fstab gets its line, all else in it stays byte for byte, and the old table is kept
/// as /etc/fstab.zabbixdr; it is mounted by that line, and where that fails the table is as it was. Then it is proven: by the kernel's table of mounts, source and
/// type of the file system are what the topology means, the repository's directory is the database user's, and that user can write there. A second run changes nothing.
///
/// Every backup demands the mount anew, since with nofail a node also starts without its server. NFS itself was never mounted in our tests (docs/compatibility.md).
/// </remarks>
/// <example>
/// <code>Mount-PgBackRestRepository -WhatIf</code>
/// <para>Shows what would be done on each node.</para>
/// </example>
/// <example>
/// <code>Mount-PgBackRestRepository pg-siteB -Repository 1 -Confirm:$false</code>
/// <para>Mounts repository 1 on one node.</para>
/// </example>
[Cmdlet(VerbsData.Mount, "PgBackRestRepository", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PgBackRestMount))]
public sealed class MountPgBackRestRepositoryCommand : RepositoryMountCmdlet
{
    /// <inheritdoc/>
    protected override async Task WorkAsync(INode node, RepositorySettings repository, CancellationToken cancellation)
    {
        var work = await MountRepository.PrepareAsync(Deployment, node, repository, cancellation);
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
