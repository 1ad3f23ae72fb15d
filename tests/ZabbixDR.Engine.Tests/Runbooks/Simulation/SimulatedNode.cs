using System.Text;
using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>A node in memory: files, services, and the programs and scripts that runbooks send, each known by what is sent.</summary>
internal sealed class SimulatedNode(DrTopologyNode definition, SimulatedDeployment deployment) : IChangingNode
{
    private int _boots = 1;

    public DrTopologyNode Definition => definition;

    public string Name => definition.Name;

    public SimulatedDeployment Deployment => deployment;

    public SimulatedFiles Files { get; } = new();

    /// <summary>The services, by name.</summary>
    public Dictionary<string, SimulatedUnit> Units { get; } = [];

    /// <summary>The transient units that run.</summary>
    public Dictionary<string, SimulatedWork> Works { get; } = [];

    /// <summary>This boot's id, as the kernel tells it.</summary>
    public string BootId => $"boot-{_boots}";

    public Task<CommandResult> RunAsync(ObservingCommand command, CancellationToken cancellation) => Task.FromResult(Run(command));

    public Task<CommandResult> RunAsync(ChangingCommand command, CancellationToken cancellation) => Task.FromResult(Run(command));

    public Task<CommandResult> RunAsync(ObservingCommand command, Stream destination, CancellationToken cancellation)
    {
        var result = Run(command);
        destination.Write(Encoding.UTF8.GetBytes(result.Output));
        return Task.FromResult(result with { Output = "" });
    }

    public Task<CommandResult> RunAsync(ObservingCommand command, Action<string> onLine, CancellationToken cancellation) => throw new UnknownToSimulationException($"{command}, line by line");

    public Task<CommandResult> RunAsync(ChangingCommand command, Action<string> onLine, CancellationToken cancellation) => throw new UnknownToSimulationException($"{command}, line by line");

    public Task<Stream> ConverseAsync(ObservingCommand command, CancellationToken cancellation) => throw new UnknownToSimulationException($"a conversation with {command}");

    public Task WriteFileAsync(string path, Stream content, long length, FileAttributesOnNode attributes, TimeSpan timeLimit, CancellationToken cancellation) =>
        throw new UnknownToSimulationException("a file that is written past the fence");

    /// <summary>Starts the node anew: what ran is gone, and what is enabled starts where no fence keeps it off.</summary>
    public void Restart()
    {
        _boots++;
        deployment.Forget(this);
        foreach (var work in Works.Values)
        {
            work.Advance(deployment.Draw(work.Phases.Count));
        }

        Works.Clear();
        Files.Remove("/run");
        foreach (var unit in Units.Values)
        {
            (unit.IsActive, unit.IsFrozen) = (false, false);
        }

        deployment.GoDown(this);
        SimulatedSystemctl.Reload(this);
        foreach (var unit in Units.Values.Where(unit => !unit.IsFenced || deployment.Broken == Breakage.FenceOfUnitIgnored))
        {
            deployment.Start(this, unit, byUs: false);
        }
    }

    private CommandResult Run(NodeCommand command)
    {
        deployment.Beat();
        deployment.Life.Send(command, late => Arrive(late));
        var result = Arrive(command);
        deployment.Life.Point();
        return result;
    }

    private CommandResult Arrive(NodeCommand command)
    {
        try
        {
            var result = command is ObservingCommand
                ? SimulatedLooks.Run(this, command.Program, [.. command.Arguments])
                : SimulatedChanges.Run(this, command.Program, [.. command.Arguments], command.Input);
            return command.AcceptedExitCodes.Contains(result.ExitCode)
                ? result
                : throw NodeErrors.From(Name, command, new ProcessEnd(result.ExitCode, null), result.Error);
        }
        finally
        {
            if (command is ChangingCommand)
            {
                deployment.Changed();
            }
        }
    }
}
