using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Operations;
using ZabbixDR.Engine.PgBackRest;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.PgBackRest;

/// <summary>Writes pgBackRest's configuration on the PostgreSQL nodes and on repository hosts, as the topology has it.</summary>
/// <remarks>
/// Repositories, retention, keys and passphrase, compression, timeouts and paths come from the topology's section pgbackrest; what it
/// leaves out has the source document's value. -WhatIf shows each node's lines that would go and come, without secrets. Before a file
/// takes the old one's place, pgBackRest reads every repository by it on that node: where the new passphrase does not open what is
/// there, nothing is written. The old file is kept beside it, the new one is the database user's with mode 0640, and a second run
/// changes nothing. A repository host is written first: the others reach the repository through it, by
/// pgBackRest's own SSH, whose keys are yours to exchange. With -Merge, options that the topology does not know, comments and order stay.
/// </remarks>
/// <example>
/// <code>Install-PgBackRestConfiguration -WhatIf</code>
/// <para>Shows what would change on each node.</para>
/// </example>
/// <example>
/// <code>Install-PgBackRestConfiguration -Merge -Confirm:$false</code>
/// <para>Sets what the topology says, and leaves all else in the files as it is.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "PgBackRestConfiguration", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
[OutputType(typeof(PgBackRestConfiguration))]
public sealed class InstallPgBackRestConfigurationCommand : DeploymentCmdlet
{
    /// <summary>The names of the nodes; by default all with role postgres, and before them the hosts of repositories. Wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(NodeCompleter))]
    [SupportsWildcards]
    public string[] Name { get; set; } = ["*"];

    /// <summary>Leaves options that the topology does not know, comments and order as they are; by default the file has the topology's options alone.</summary>
    [Parameter]
    public SwitchParameter Merge { get; set; }

    /// <summary>Writes the file also where a repository cannot be reached to prove it. A repository that its passphrase does not open is refused all the same.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The longest that one question to pgBackRest may take; 1 minute by default. An object store that is silent is told of after three quarters of one, with its repository's number.</summary>
    [Parameter]
    [Duration(IsLimit = true)]
    public TimeSpan TimeLimit { get; set; } = PgBackRestClient.DefaultTimeLimit;

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        foreach (var node in InstallPgBackRestConfiguration.NodesOf(Deployment).Intersect(Deployment.Nodes.Matching(Name)))
        {
            try
            {
                await InstallAsync(node, cancellation);
            }
            catch (DrException failure) when (failure.Node is not null)
            {
                WriteFailure(failure);
            }
        }
    }

    private async Task InstallAsync(INode node, CancellationToken cancellation)
    {
        var install = await InstallPgBackRestConfiguration.PrepareAsync(Deployment, node, Merge, cancellation);
        if (install.IsRight)
        {
            WriteObject(install.Unchanged());
        }
        else if (AskToChange($"{node.Name}:{install.Path}", $"Write pgBackRest's configuration{string.Concat(install.Difference.Select(line => $"\n  {line}"))}\n") is { } permit)
        {
            WriteObject(await install.RunAsync(permit, Force, TimeLimit, cancellation));
        }
    }
}
