using System.Text;
using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Nodes;
using ZabbixDR.Engine.Nodes.Files;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Keeps Patroni's dynamic configuration in a file of the node: the data directory's own copy of it goes back to the time of the backup.</summary>
internal sealed class KeepConfigurationStep : NodeStep
{
    public const string Kind = "keep-configuration";
    private static readonly FileAttributesOnNode s_secret = new("root", "root", UnixFileMode.UserRead | UnixFileMode.UserWrite);
    private readonly DeploymentSession _deployment;

    public KeepConfigurationStep(DrPlanStep step, RunNodes nodes, DeploymentSession deployment)
        : base(step, nodes) => _deployment = deployment;

    /// <param name="node">The node.</param>
    /// <param name="member">The member of etcd that it is read from.</param>
    /// <param name="key">Patroni's key of it.</param>
    /// <param name="configuration">It, as it was found.</param>
    /// <param name="run">The run.</param>
    public static DrPlanStep Plan(INode node, string member, string key, ConfigurationToKeep configuration, string run)
    {
        var file = $"{RunJournals.NodeFolder}/{run}.configuration.json";
        return new DrPlanStep
        {
            Id = Kind,
            Kind = Kind,
            Node = node.Name,
            What = $"Keep Patroni's dynamic configuration in {file}",
            Why = "The key in etcd stays as it is; should that be lost meanwhile, what comes back is the restored patroni.dynamic.json, as old as the backup.",
            Commands = [$"(etcd) read {key}", $"(write) {file}"],
            Idempotent = true,
            Proof = "The file holds the settings that were found.",
            Undo = "It does no harm where it is left.",
            TimeLimit = TimeSpan.FromMinutes(1),
            Arguments = new Dictionary<string, string> { ["member"] = member, ["configuration"] = configuration.Digest, ["file"] = file },
        };
    }

    public override async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await NodeFiles.ReadTextAsync(Seen, Told("file"), cancellation).ConfigureAwait(false) is { } text && DynamicConfiguration.Normalize(text) is { } kept && DynamicConfiguration.Digest(kept) == Told("configuration")
            ? StepLook.Done($"{Told("file")} holds it")
            : StepLook.NotDone($"{Told("file")} does not hold it, or it was changed since the plan was made");

    public override async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        if (await ConfigurationToKeep.ReadAsync(_deployment, Told("member"), cancellation).ConfigureAwait(false) is { } now)
        {
            await NodeFiles.WriteAsync(Changed, Told("file"), Encoding.UTF8.GetBytes(now), s_secret, cancellation).ConfigureAwait(false);
        }
    }
}
