using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Patroni;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>Proves that Patroni's dynamic configuration is what it was.</summary>
internal sealed class ConfigurationKeptStep : IStepWork
{
    public const string Kind = "configuration-kept";
    private readonly DeploymentSession _deployment;
    private readonly string _member;
    private readonly string _wanted;

    public ConfigurationKeptStep(DrPlanStep step, DeploymentSession deployment)
    {
        _deployment = deployment;
        _member = step.Arguments["member"];
        _wanted = step.Arguments["configuration"];
    }

    public static DrPlanStep Plan(string member, string key, ConfigurationToKeep configuration) => new()
    {
        Id = Kind,
        Kind = Kind,
        What = "Compare Patroni's configuration with what it was",
        Why = "Patroni takes it from etcd alone; it must not have put its bootstrap's in the place of it.",
        Commands = [$"(etcd) read {key}"],
        Idempotent = true,
        Proof = $"The same settings as in {configuration.Source}.",
        Undo = "Nothing is changed by it.",
        TimeLimit = TimeSpan.FromMinutes(1),
        Arguments = new Dictionary<string, string> { ["member"] = member, ["configuration"] = configuration.Digest },
    };

    public async Task<StepLook> LookAsync(CancellationToken cancellation) =>
        await ConfigurationToKeep.ReadAsync(_deployment, _member, cancellation).ConfigureAwait(false) is { } found && DynamicConfiguration.Normalize(found) is { } normal && DynamicConfiguration.Digest(normal) == _wanted
            ? StepLook.Done("it is what it was")
            : StepLook.NotDone("it is another, or not there");

    public async Task DoAsync(IProgress<OperationMessage>? messages, CancellationToken cancellation)
    {
        if (await LookAsync(cancellation).ConfigureAwait(false) is { IsDone: false } other)
        {
            throw EtcdFreshErrors.PatroniConfigurationDiffers(ConfigurationToKeep.Key(_deployment), other.Detail);
        }
    }
}
