using System.Text;
using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Runbooks.Steps;

/// <summary>A step that does its work as a transient unit of its node: it outlives our connection, and a run that is gone on with finds it again.</summary>
internal abstract class UnitStep : NodeStep
{
    protected UnitStep(DrPlanStep step, RunNodes nodes)
        : base(step, nodes)
    {
    }

    /// <summary>The unit, named after run and step.</summary>
    protected UnitName Unit => new(Told("run"), Step.Id);

    /// <summary>Starts the work, where it does not run already, and follows it to its end. What is known of it on the node stays until it is forgotten.</summary>
    /// <returns>How it ended, and all that it printed.</returns>
    /// <exception cref="DrException">Those of <see cref="NodeUnits"/>.</exception>
    protected async Task<(UnitReading End, string Output)> FollowAsync(UnitRequest request, CancellationToken cancellation)
    {
        var reading = await NodeUnits.FindAsync(Seen, Unit, cancellation).ConfigureAwait(false);
        if (reading.State is not (UnitState.Absent or UnitState.Running))
        {
            await ForgetAsync(cancellation).ConfigureAwait(false);
        }

        if (reading.State != UnitState.Running)
        {
            await NodeUnits.StartAsync(Changed, request, cancellation).ConfigureAwait(false);
        }

        using var output = new MemoryStream();
        var end = await NodeUnits.FollowAsync(Seen, Unit, 0, output, cancellation).ConfigureAwait(false);
        return (end, Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length).Trim());
    }

    /// <summary>Removes what is known of it on the node.</summary>
    protected Task ForgetAsync(CancellationToken cancellation) => NodeUnits.ForgetAsync(Changed, Unit, cancellation);
}
