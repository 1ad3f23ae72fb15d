using ZabbixDR.Engine.Nodes.Units;

namespace ZabbixDR.Engine.Tests.Nodes.Units;

/// <summary>What the marks of a unit mean, where the lab cannot easily bring them about.</summary>
public sealed class UnitReaderTests
{
    private const string Start = "start boot-1 4711 1773456312";
    private static readonly UnitName Name = new("20260314-024512", "backup");

    [Fact]
    public void A_unit_that_vanished_from_a_node_that_was_not_restarted_is_lost_too() =>
        Assert.Equal((UnitState.Lost, false), StateOf(active: false, Start, "begun"));

    [Fact]
    public void Another_boot_or_another_first_process_is_a_restart()
    {
        Assert.Equal((UnitState.Lost, true), StateOf(active: false, "start boot-0 4711 1773456312", "begun"));
        Assert.Equal((UnitState.Lost, true), StateOf(active: false, "start boot-1 4710 1773456312", "begun"));
    }

    [Fact]
    public void A_result_is_believed_only_when_systemd_has_let_go_of_it()
    {
        Assert.Equal(UnitState.Running, StateOf(active: true, Start, "begun", "result exited 0 1773456313").State);
        Assert.Equal(UnitState.Exited, StateOf(active: false, Start, "begun", "result exited 0 1773456313", "   ").State);
    }

    [Fact]
    public void A_unit_whose_first_mark_could_not_be_written_never_began() =>
        Assert.Equal(UnitState.NeverBegan, StateOf(active: false, Start, "result none none 1773456313").State);

    [Theory]
    [InlineData("", "step")]
    [InlineData("run", "a/b")]
    [InlineData("run", "a\nb")]
    [InlineData("-run", "step")]
    [InlineData("run", "a@b")]
    [InlineData("..", "step")]
    public void A_name_that_could_mean_another_place_is_refused(string run, string step) => Assert.Throws<ArgumentException>(() => new UnitName(run, step));

    private static (UnitState State, bool Restarted) StateOf(bool active, params string[] marks)
    {
        const string FirstProcess = "1 (sys) temd) S 0 1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4711 22736896 3000";
        var reading = UnitReader.Judge(Name, active, ["boot-1", FirstProcess, .. marks]);
        return (reading.State, reading.NodeRestarted);
    }
}
