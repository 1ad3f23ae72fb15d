using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using ZabbixDR.Engine.Readiness;

namespace ZabbixDR.Completers;

/// <summary>Completes the ids of readiness checks.</summary>
public sealed class ReadinessIdCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName,
        string parameterName,
        string wordToComplete,
        CommandAst commandAst,
        IDictionary fakeBoundParameters) =>
        from id in ReadinessChecks.Ids
        where id.StartsWith(wordToComplete.Trim('\'', '"'), StringComparison.OrdinalIgnoreCase)
        select new CompletionResult(id);
}
