using System.Management.Automation;
using ZabbixDR.Completers;
using ZabbixDR.Pipeline;

namespace ZabbixDR.Commands.Etcd;

/// <summary>Gets the members of the etcd cluster as the cluster itself knows them.</summary>
/// <remarks>
/// Asks the healthy member with the freshest data for the cluster's own list. Without a quorum it asks the member that holds most of
/// the raft log, whose list is then what that member has heard. Each member comes with the node that the topology means by it, found
/// by its name or else by its address; Mismatch says in what the two differ. A node of the topology that is no member of the cluster
/// is told in a warning and not listed. Whether a member runs is what Test-EtcdEndpoint says.
/// </remarks>
/// <example>
/// <code>Get-EtcdMember</code>
/// <para>Lists the members.</para>
/// </example>
/// <example>
/// <code>Get-EtcdMember -Endpoint etcd-2 | Where-Object { -not $_.IsStarted }</code>
/// <para>Asks etcd-2, whatever its health, for the members that were added and have never started.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdMember")]
[OutputType(typeof(EtcdMember))]
public sealed class GetEtcdMemberCommand : DeploymentCmdlet
{
    /// <summary>The member to ask, by its name in the topology or the address of its endpoint; chosen by default.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(EtcdMemberCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Endpoint { get; set; }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellation)
    {
        var list = await Deployment.Etcd.Membership.ListAsync(Endpoint, cancellation);
        foreach (var node in list.Absent)
        {
            WriteWarning($"{node} has role etcd in the topology, and is no member of the cluster.");
        }

        WriteObject(list.Members, enumerateCollection: true);
    }
}
