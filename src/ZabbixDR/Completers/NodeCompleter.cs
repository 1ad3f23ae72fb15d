using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZabbixDR.Sessions;

namespace ZabbixDR.Completers;

/// <summary>Completes the names of the connected deployment's nodes.</summary>
public sealed class NodeCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        Complete(wordToComplete, _ => true);

    /// <summary>Completes the names of those nodes that are wanted.</summary>
    internal static IEnumerable<CompletionResult> Complete(string wordToComplete, Func<DrTopologyNode, bool> wanted) =>
        from node in DeploymentStore.Current?.Topology.Nodes ?? []
        where wanted(node) && node.Name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(node.Name, node.Name, CompletionResultType.ParameterValue, $"{node.Name}: site {node.Site}, {node.Address}");
}
