using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A step that works on one node.</summary>
internal abstract class NodeStep : IStepWork
{
    private const string Service = ".service";
    private readonly RunNodes _nodes;

    protected NodeStep(DrPlanStep step, RunNodes nodes)
    {
        Step = step;
        _nodes = nodes;
    }

    protected DrPlanStep Step { get; }

    /// <summary>The node, to be looked at.</summary>
    protected INode Seen => _nodes.Observe(Step.Node!);

    /// <summary>The node, to be changed.</summary>
    protected IChangingNode Changed => _nodes.Change(Step.Node!);

    public abstract Task<StepLook> LookAsync(CancellationToken cancellation);

    public abstract Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation);

    /// <summary>Makes a member's data directory, where that is what was lost.</summary>
    protected async Task MakeDirectoryAsync(string directory, string user, CancellationToken cancellation)
    {
        if (await NodeFiles.StatAsync(Seen, directory, cancellation).ConfigureAwait(false) is null)
        {
            await Changed.RunAsync(AsRoot("install", "-d", "-m", "0700", directory), cancellation).ConfigureAwait(false);
            await Changed.RunAsync(AsRoot("chown", $"{user}:", directory), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What the plan says.</summary>
    protected string Told(string name) => Step.Arguments[name];

    /// <summary>The id of a step on a node's service: a node may have several.</summary>
    protected static string Named(string what, INode node, string unit)
    {
        var name = unit.EndsWith(Service, StringComparison.Ordinal) ? unit[..^Service.Length] : unit;
        return $"{what}-{string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'))}-{node.Name}";
    }

    protected static ChangingCommand AsRoot(string program, params string[] arguments) => new(program, arguments) { User = "root" };
}
