using System.Text;

namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>
/// Long work on a node as a transient systemd unit: it outlives our connection and our process, is found again by its name, and is
/// ended with every process that it started. Every member also throws what <see cref="INode"/> throws.
/// </summary>
public static class NodeUnits
{
    // systemctl: the unit is not loaded, since it ended between the look and the stop.
    private const int UnitGone = 5;

    /// <summary>
    /// Starts the work, and returns when its program runs. Where the connection breaks meanwhile, the error is <c>ConnectionLost</c>,
    /// and <see cref="FindAsync"/> tells whether it began; a second start under the name is refused in any case.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="request">The work.</param>
    /// <param name="cancellation">Ends the wait; the work may have begun by then.</param>
    /// <exception cref="DrException"><c>UnitExists</c>: the name is taken, by work that runs or has ended; <c>UnitNotStarted</c>.</exception>
    public static async Task StartAsync(IChangingNode node, UnitRequest request, CancellationToken cancellation)
    {
        try
        {
            var result = await node.RunAsync(UnitStart.Command(request), cancellation).ConfigureAwait(false);
            if (result.ExitCode == UnitStart.NameTaken)
            {
                throw UnitErrors.UnitExists(node.Name, await UnitReader.ReadAsync(node, request.Name, cancellation).ConfigureAwait(false));
            }
        }
        catch (DrException failure) when (failure.Kind == DrErrorKind.Remote)
        {
            throw UnitErrors.UnitNotStarted(node.Name, request, failure);
        }
    }

    /// <summary>Finds work by its name and tells what has become of it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>UnitUnreadable</c>.</exception>
    public static Task<UnitReading> FindAsync(INode node, UnitName name, CancellationToken cancellation) => UnitReader.ReadAsync(node, name, cancellation);

    /// <summary>Copies what the work prints, standard output and error as they came, until it has ended.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="offset">How many bytes of it the caller has already.</param>
    /// <param name="destination">Where it goes; after an error it holds all from the offset to some byte, from where the next call goes on.</param>
    /// <param name="cancellation">Ends the following; the work goes on.</param>
    /// <returns>What has become of it.</returns>
    /// <exception cref="DrException"><c>UnitUnreadable</c>.</exception>
    public static Task<UnitReading> FollowAsync(INode node, UnitName name, long offset, Stream destination, CancellationToken cancellation) =>
        UnitOutput.FollowAsync(node, name, offset, destination, cancellation);

    /// <summary>What the work has printed until now, standard output and error as they came. All of it is held in memory.</summary>
    public static async Task<string> OutputAsync(INode node, UnitName name, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        await UnitOutput.CopyAsync(node, name, 0, output, cancellation).ConfigureAwait(false);
        return Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
    }

    /// <summary>
    /// Ends the work: TERM to each of its processes, and KILL to those that are left after <see cref="UnitRequest.StopGrace"/>.
    /// Returns when systemd has done so; work that has ended already stays as it is.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="cancellation">Ends the wait; systemd goes on ending it.</param>
    /// <returns>What has become of it.</returns>
    /// <exception cref="DrException"><c>UnitUnreadable</c>.</exception>
    public static async Task<UnitReading> CancelAsync(IChangingNode node, UnitName name, CancellationToken cancellation)
    {
        if (await UnitReader.IsActiveAsync(node, name, cancellation).ConfigureAwait(false))
        {
            // Without waiting: how long it may take is the unit's own matter, and a connection that breaks meanwhile changes nothing.
            var stop = new ChangingCommand("systemctl", "stop", "--no-block", "--", name.Service) { User = "root", AcceptedExitCodes = [0, UnitGone] };
            await node.RunAsync(stop, cancellation).ConfigureAwait(false);
        }

        return await UnitOutput.WaitAsync(node, name, cancellation).ConfigureAwait(false);
    }

    /// <summary>Waits until the work has ended.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="cancellation">Ends the wait; the work goes on.</param>
    /// <returns>What has become of it.</returns>
    /// <exception cref="DrException"><c>UnitUnreadable</c>.</exception>
    public static Task<UnitReading> EndedAsync(INode node, UnitName name, CancellationToken cancellation) => UnitOutput.WaitAsync(node, name, cancellation);

    /// <summary>Removes what ended work has left on the node; its name is free again.</summary>
    /// <param name="node">The node.</param>
    /// <param name="name">What it is called.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="DrException"><c>UnitStillRuns</c>.</exception>
    public static async Task ForgetAsync(IChangingNode node, UnitName name, CancellationToken cancellation)
    {
        if (await UnitReader.IsActiveAsync(node, name, cancellation).ConfigureAwait(false))
        {
            throw UnitErrors.UnitStillRuns(node.Name, name);
        }

        await node.RunAsync(UnitForget.Command(name), cancellation).ConfigureAwait(false);
    }
}
