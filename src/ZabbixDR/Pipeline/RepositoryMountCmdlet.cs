using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations.Mounting;

namespace ZabbixDR.Pipeline;

/// <summary>A cmdlet that works on the mount points of repositories, node by node.</summary>
public abstract class RepositoryMountCmdlet : DeploymentCmdlet
{
    /// <summary>The names of the nodes; all that reach a repository by themselves by default: its host, or where it has none those with role postgres. Wildcards are permitted.</summary>
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
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = MountRepository.DefaultTimeLimit;

    /// <summary>Works on one repository of one node.</summary>
    protected abstract Task WorkAsync(INode node, RepositorySettings repository, CancellationToken cancellation);

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var named = Deployment.Nodes.Matching(Name).ToList();
        foreach (var (node, repository) in MountRepository.Mountable(Deployment, Repository).Where(place => named.Contains(place.Node)))
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
