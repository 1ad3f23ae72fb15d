using ZabbixDR.Engine.Deployment;
using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Runbooks;

/// <summary>Brings the PostgreSQL cluster back to a point in time, under Patroni again (PROCEDURES.md 1).</summary>
internal sealed class PointInTime : IRunbook
{
    public const string Name = "PointInTime";
    private readonly DeploymentSession _deployment;
    private readonly RunNodes _nodes;

    public PointInTime(DeploymentSession deployment, RunNodes nodes)
    {
        _deployment = deployment;
        _nodes = nodes;
    }

    public IStepWork Work(DrPlanStep step) => step.Kind switch
    {
        CloseWalStep.Kind => new CloseWalStep(step, _nodes),
        WayOpenStep.Kind => new WayOpenStep(step, _deployment),
        KeepConfigurationStep.Kind => new KeepConfigurationStep(step, _nodes, _deployment),
        PrimaryKeptStep.Kind => new PrimaryKeptStep(step, _nodes, _deployment.Postgres),
        FenceUnitStep.Kind => new FenceUnitStep(step, _nodes),
        NoServerStep.Kind => new NoServerStep(step, _nodes),
        MoveDataStep.Kind => new MoveDataStep(step, _nodes),
        RestoreSetStep.Kind => new RestoreSetStep(step, _nodes),
        RecoverStep.Kind => new RecoverStep(step, _nodes, _deployment),
        DataCheckedStep.Kind => new DataCheckedStep(step, _nodes, _deployment),
        SealTimelineStep.Kind => new SealTimelineStep(step, _nodes, _deployment),
        StopStandaloneStep.Kind => new StopStandaloneStep(step, _nodes, _deployment),
        StillOffStep.Kind => new StillOffStep(step, _nodes, _deployment.Postgres),
        UnfenceUnitStep.Kind => new UnfenceUnitStep(step, _nodes),
        LeadsAgainStep.Kind => new LeadsAgainStep(step, _nodes, _deployment),
        ConfigurationKeptStep.Kind => new ConfigurationKeptStep(step, _deployment),
        ZabbixWorksStep.Kind => new ZabbixWorksStep(_deployment),
        FullBackupStep.Kind => new FullBackupStep(step, _nodes, _deployment),
        FollowsStep.Kind => new FollowsStep(step, _nodes, _deployment),
        ProveWriteStep.Kind => new ProveWriteStep(step, _nodes, _deployment.Postgres),
        EndUnitsStep.Kind => new EndUnitsStep(step, _nodes),
        _ => throw IRunbook.StepUnknown(Name, step),
    };
}
