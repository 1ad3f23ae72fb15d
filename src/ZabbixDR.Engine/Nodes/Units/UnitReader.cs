using System.Globalization;

namespace ZabbixDR.Engine.Nodes.Units;

/// <summary>Reads from systemd and from the unit's folder what has become of it.</summary>
internal static class UnitReader
{
    private const string BootId = "/proc/sys/kernel/random/boot_id";
    private const string FirstProcess = "/proc/1/stat";
    private const string MainProcess = "MainPID=";

    // proc_pid_stat(5): starttime is field 22; the third is the first after the name.
    private const int StartTimeField = 22 - 3;

    /// <summary>
    /// Looks. systemd is asked first: a unit that it no longer runs has written all marks that it ever will before they are read.
    /// </summary>
    public static async Task<UnitReading> ReadAsync(INode node, UnitName name, CancellationToken cancellation)
    {
        var active = await IsActiveAsync(node, name, cancellation).ConfigureAwait(false);
        var command = new ObservingCommand("cat", ["--", BootId, FirstProcess, .. new UnitFolder(name).Marks]) { AcceptedExitCodes = [0, 1] };
        var files = await node.RunAsync(command, cancellation).ConfigureAwait(false);
        if (files.ExitCode != 0 && files.Error.TrimEnd().Split('\n').FirstOrDefault(line => !line.EndsWith(": No such file or directory", StringComparison.Ordinal)) is { } said)
        {
            throw UnitErrors.UnitUnreadable(node.Name, name, said);
        }

        try
        {
            return Judge(name, active, files.Lines);
        }
        catch (Exception error) when (error is FormatException or IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            throw UnitErrors.UnitUnreadable(node.Name, name, $"its marks are not what they must be: {string.Join(" | ", files.Lines.Skip(2))}");
        }
    }

    /// <summary>True where systemd runs it, or has yet to finish its end.</summary>
    public static async Task<bool> IsActiveAsync(INode node, UnitName name, CancellationToken cancellation) =>
        (await AskAsync(node, name, cancellation).ConfigureAwait(false)).IsActive;

    /// <summary>Asks systemd whether it runs it, or has yet to finish its end; and for its program's process, 0 where there is none.</summary>
    public static async Task<(bool IsActive, int Process)> AskAsync(INode node, UnitName name, CancellationToken cancellation)
    {
        var shown = await node.RunAsync(new ObservingCommand("systemctl", "show", "--property=ActiveState,MainPID", "--", name.Service), cancellation).ConfigureAwait(false);
        return (!shown.Lines.Any(line => line is "ActiveState=inactive" or "ActiveState=failed"),
            shown.Lines.FirstOrDefault(line => line.StartsWith(MainProcess, StringComparison.Ordinal)) is { } main ? int.Parse(main[MainProcess.Length..], CultureInfo.InvariantCulture) : 0);
    }

    /// <summary>What the marks mean.</summary>
    /// <param name="name">The unit.</param>
    /// <param name="active">Whether systemd ran it just before they were read.</param>
    /// <param name="lines">The boot's id, the first process, and the marks that there are.</param>
    internal static UnitReading Judge(UnitName name, bool active, IReadOnlyList<string> lines)
    {
        // The result lies in room that was taken for it before, of which blanks are left.
        var marks = lines.Skip(2).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0)
            .GroupBy(words => words[0]).ToDictionary(mark => mark.Key, mark => mark.First()[1..]);
        if (!marks.TryGetValue("start", out var start))
        {
            return new UnitReading(name, active ? UnitState.Running : UnitState.Absent);
        }

        var reading = new UnitReading(name, UnitState.Running) { Started = Time(start[2]) };
        if (active)
        {
            // Even where the result is written: systemd has yet to see the last process go.
            return reading;
        }

        var boot = $"{lines[0]} {lines[1][(lines[1].LastIndexOf(')') + 2)..].Split(' ')[StartTimeField]}";
        return marks.TryGetValue("result", out var result) ? WithResult(reading, marks, result)
            : marks.ContainsKey("begun") ? reading with { State = UnitState.Lost, NodeRestarted = boot != $"{start[0]} {start[1]}" }
            : reading with { State = UnitState.NeverBegan };
    }

    private static UnitReading WithResult(UnitReading reading, Dictionary<string, string[]> marks, string[] result)
    {
        var stopped = marks.GetValueOrDefault("stopped")?[0];
        return reading with
        {
            State = !marks.ContainsKey("begun") ? UnitState.NeverBegan
                : stopped is not null ? stopped == "timeout" ? UnitState.TimedOut : UnitState.Stopped
                : result[0] == "exited" ? UnitState.Exited
                : UnitState.Killed,
            ExitCode = result[0] == "exited" ? int.Parse(result[1], CultureInfo.InvariantCulture) : null,
            Signal = result[0] is "killed" or "dumped" ? result[1] : null,
            Ended = Time(result[2]),
        };
    }

    private static DateTimeOffset Time(string seconds) => DateTimeOffset.FromUnixTimeSeconds(long.Parse(seconds, CultureInfo.InvariantCulture));
}
