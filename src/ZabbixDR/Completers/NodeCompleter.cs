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
        from node in DeploymentStore.Current?.Topology.Nodes ?? []
        where node.Name.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(node.Name, node.Name, CompletionResultType.ParameterValue, $"{node.Name}: site {node.Site}, {node.Address}");
}
