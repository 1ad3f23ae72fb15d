using System.Management.Automation;
using ZabbixDR.Engine;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Pipeline;

/// <summary>Chooses nodes as a cmdlet's -Name does.</summary>
internal static class NodeChoice
{
    /// <summary>The nodes that any of the names or patterns means, in the topology's order.</summary>
    /// <exception cref="DrException"><c>NodeNotInTopology</c>, for a name without wildcards.</exception>
    public static IEnumerable<INode> Matching(this NodeSet nodes, IReadOnlyCollection<string> names)
    {
        foreach (var literal in names.Where(name => !WildcardPattern.ContainsWildcardCharacters(name)))
        {
            nodes.Get(literal);
        }

        var patterns = names.Select(name => WildcardPattern.Get(name, WildcardOptions.IgnoreCase)).ToList();
        return nodes.All.Where(node => patterns.Exists(pattern => pattern.IsMatch(node.Name)));
    }
}
