using ZabbixDR.Engine.Runbooks.Steps;

namespace ZabbixDR.Engine.Tests.Runbooks.Simulation;

/// <summary>A service of a simulated node, enabled: it starts with the node.</summary>
internal sealed class SimulatedUnit(string name)
{
    public string Name => name;

    public bool IsActive { get; set; } = true;

    public bool IsFrozen { get; set; }

    /// <summary>The additions to it that systemd knows: those that were there when it last read the unit's files.</summary>
    public IReadOnlyList<string> Loaded { get; set; } = [];

    /// <summary>Whether systemd knows of its fence.</summary>
    public bool IsFenced => Loaded.Contains(Fence);

    /// <summary>Whether its process was started to make a cluster of its own.</summary>
    public bool IsForced { get; set; }

    /// <summary>The fence's file.</summary>
    public string Fence { get; } = UnitFence.PathFor(name);

    public int Pid { get; set; } = 100;

    public string ActiveState => IsActive ? "active" : "inactive";
}

/// <summary>Work of a run that goes on by itself: it does a phase after the other, and leaves marks (Units/UnitStart.cs).</summary>
internal sealed class SimulatedWork(string folder, IReadOnlyList<Action> phases)
{
    public string Folder => folder;

    public int Done { get; set; }

    /// <summary>How many looks it takes before it has ended.</summary>
    public int LooksLeft { get; set; }

    public IReadOnlyList<Action> Phases => phases;

    /// <summary>The data directory of the server that it is, which goes on once its phases are done; null where it is none.</summary>
    public string? Serves { get; init; }

    /// <summary>Whether that server archives its WAL.</summary>
    public bool Archives { get; init; }

    public void Advance(int to)
    {
        for (; Done < to; Done++)
        {
            phases[Done]();
        }
    }
}
