namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>Long work as it was found on its node.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="State">What has become of it.</param>
public sealed record UnitReading(UnitName Name, UnitState State)
{
    /// <summary>Its program's exit code; null where it did not exit (yet). systemd's own are 200 to 243, such as 203 for a program that cannot be run.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The name, without SIG, of the signal that ended its program; null where none did.</summary>
    public string? Signal { get; init; }

    /// <summary>When its start was asked for, by the node's clock, to the second; null where it is absent.</summary>
    public DateTimeOffset? Started { get; init; }

    /// <summary>When its result was written, likewise; null where there is none.</summary>
    public DateTimeOffset? Ended { get; init; }

    /// <summary>True where the node was started anew since the work was: why it is lost.</summary>
    public bool NodeRestarted { get; init; }

    /// <summary>True where its program did what it was to do: it exited by itself, with 0.</summary>
    public bool Succeeded => State == UnitState.Exited && ExitCode == 0;
}
