using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>
/// Makes a new, empty etcd cluster for Patroni alone, with the old one's users (PROCEDURES.md 7; Patroni's FAQ): a restore of a snapshot that it makes
/// itself, which holds them and nothing of what an old snapshot would bring back.
/// </summary>
internal sealed class EtcdFresh : IRunbook
{
    public const string Name = "EtcdFresh";
    private readonly DeploymentSession _deployment;
    private readonly RunNodes _nodes;
    private readonly EtcdRestore _restore;

    public EtcdFresh(DeploymentSession deployment, RunNodes nodes)
    {
        _deployment = deployment;
        _nodes = nodes;
        _restore = new EtcdRestore(deployment, nodes);
    }

    public IStepWork Work(DrPlanStep step) => step.Kind switch
    {
        MakeSeedStep.Kind => new MakeSeedStep(step, _nodes, _deployment),
        CopySeedStep.Kind => new CopySeedStep(step, _nodes),
        GrantsKeptStep.Kind => new GrantsKeptStep(step, _deployment.Etcd),
        ConfigurationKeptStep.Kind => new ConfigurationKeptStep(step, _deployment),
        _ => _restore.Work(step),
    };

    public string Describe(IReadOnlyList<(DrPlanStep Step, DrStepStatus Status)> steps) => EtcdNodeState.Describe(steps);
}
