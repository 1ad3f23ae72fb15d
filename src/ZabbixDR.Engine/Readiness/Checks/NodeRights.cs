using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;

namespace ZabbixDR.Engine.Readiness.Checks;

/// <summary>The login user has the rights of a profile.</summary>
internal sealed class NodeRights(DeploymentSession deployment, DrRightsProfile profile) : INodeCheck
{
    public string Id => $"node.rights.{profile.ToString().ToLowerInvariant()}";

    public string Title => $"The login user has the rights of the profile {profile.ToString().ToLowerInvariant()}";

    public async Task<ReadinessFinding> RunAsync(INode node, CancellationToken cancellation)
    {
        var commands = profile == DrRightsProfile.Operate ? [new ObservingCommand("true") { User = "root" }] : Observing(node);
        var expected = profile == DrRightsProfile.Operate ? "may become root" : commands.Count == 0 ? "needs none here" : "may ask pgBackRest";
        foreach (var command in commands)
        {
            try
            {
                await node.RunAsync(command, cancellation).ConfigureAwait(false);
            }
            catch (DrException refused) when (refused.Kind is DrErrorKind.Permission or DrErrorKind.Precondition)
            {
                return Refused(node.Name, expected, refused);
            }
        }

        return ReadinessFinding.Pass(node.Name, expected, expected);
    }

    // One command stands for all: New-DrSudoRule writes them into one file.
    private IReadOnlyList<ObservingCommand> Observing(INode node) =>
        RepositoryHost.Works(deployment.Topology, node.Definition) && deployment.Topology.PgBackRest is not null ? [deployment.PgBackRest.StanzasCommand(node)] : [];

    private ReadinessFinding Refused(string node, string expected, DrException refused)
    {
        var remedy = $"Install what New-DrSudoRule -Profile {profile} prints.";
        return profile == DrRightsProfile.Operate
            ? ReadinessFinding.Warn(node, expected, "may not", $"{refused.Message} Who only looks can do without.", remedy)
            : ReadinessFinding.Fail(node, expected, "may not", refused.Message, remedy);
    }
}
