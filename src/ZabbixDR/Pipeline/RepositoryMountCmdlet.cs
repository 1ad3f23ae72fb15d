using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations.Mounting;

namespace ZabbixDR.Pipeline;

/// <summary>A cmdlet that works on the mount points of repositories, node by node.</summary>
public abstract class RepositoryMountCmdlet : DeploymentCmdlet
{
    /// <summary>The names of the nodes; all with role postgres or repository by default. Wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Only the repository with this number.</summary>
    [Parameter]
    [ValidateRange(1, 256)]
    public int? Repository { get; set; }

    /// <summary>The longest that mounting or dismounting one may take; 3 minutes by default.</summary>
    [Parameter]
    [Duration]
    public TimeSpan TimeLimit { get; set; } = MountRepository.DefaultTimeLimit;

    /// <summary>Works on one repository of one node.</summary>
    protected abstract Task WorkAsync(INode node, RepositorySettings repository, CancellationToken cancellation);

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var repositories = MountRepository.Mountable(Deployment, Repository);
        foreach (var node in Deployment.Nodes.Matching(Name).Where(node => node.Definition.Roles.Any(role => role is NodeRole.Postgres or NodeRole.Repository)))
        {
            foreach (var repository in repositories)
            {
                try
                {
                    await WorkAsync(node, repository, cancellation);
                }
                catch (DrException failure) when (failure.Node is not null)
                {
                    WriteFailure(failure);
                }
            }
        }
    }
}
