using ZabbixDR.Engine.Nodes;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>
/// One life of the management process: each time that it sends something, and within what a script does there, is a point at which it may
/// die. A command that was on its way by then may still arrive, in the midst of the next life.
/// </summary>
internal sealed class Lifetime(Random random)
{
    // Resuming a run asks each node and etcd some times before it takes the lock: what is late must be able to come after that.
    private const int UntilLate = 160;
    private int _left = int.MaxValue;
    private Action? _late;
    private int _untilLate;
    private bool _isLate;

    /// <summary>How many points there were in this life.</summary>
    public int Points { get; private set; }

    public bool IsDead { get; private set; }

    /// <summary>
    /// How many sends of a life that begins it takes until a late command arrives, where what is sent as a life ends is under way for certain; null where
    /// both are drawn.
    /// </summary>
    public int? LateAfter { get; set; }

    /// <summary>Begins a life that ends at a point; with a number too high for that it ends by itself.</summary>
    public void Begin(int points)
    {
        (_left, Points, IsDead) = (points, 0, false);
        _untilLate = LateAfter ?? random.Next(UntilLate);
    }

    /// <summary>The next point is this life's last.</summary>
    public void End() => _left = 0;

    /// <summary>A point.</summary>
    public void Point()
    {
        if (_isLate)
        {
            return;
        }

        if (IsDead)
        {
            throw new ProcessDiedException();
        }

        Points++;
        if (_left-- <= 0)
        {
            IsDead = true;
            throw new ProcessDiedException();
        }
    }

    /// <summary>The point before a command is sent. Where the life ends here, the command may have been on its way.</summary>
    public void Send(NodeCommand command, Action<NodeCommand> arrive)
    {
        Arrive();
        var wasAlive = !IsDead;
        try
        {
            Point();
        }
        catch (ProcessDiedException) when (wasAlive && command is ChangingCommand && (LateAfter is not null || random.Next(3) == 0))
        {
            var kept = Keep(command);
            _late = () => arrive(kept);
            throw;
        }
    }

    private void Arrive()
    {
        if (_late is null || IsDead || _untilLate-- > 0)
        {
            return;
        }

        var late = _late;
        (_late, _isLate) = (null, true);
        try
        {
            late();
        }
        catch (DrException)
        {
            // Nobody hears of its failure.
        }
        finally
        {
            _isLate = false;
        }
    }

    private static NodeCommand Keep(NodeCommand command)
    {
        if (command.Input is null)
        {
            return command;
        }

        var content = new MemoryStream();
        command.Input.CopyTo(content);
        content.Position = 0;
        return command with { Input = content };
    }
}
