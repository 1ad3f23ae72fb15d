using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;

namespace ZabbixDR.Completers;

/// <summary>Completes the names of the connected deployment's nodes that run Patroni.</summary>
public sealed class PatroniMemberCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        NodeCompleter.Complete(wordToComplete, node => node.Roles.Contains(NodeRole.Postgres));
}
